"""The usual way: FastAPI and a SQLAlchemy ORM session, one insert, one outbox row and one commit per request."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID, uuid4

from fastapi import Depends, FastAPI, Request
from pydantic import BaseModel
from sqlalchemy import func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from loadtest.bench.serving import serve
from loadtest.bench.shapes import Applicant, Children, Declarations, Income, Payment, Work

POOL = 20  # connections


class Base(DeclarativeBase):
    """The tables."""


class Section(Base):
    """One saved section."""

    __tablename__ = "section"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    saved_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Outbox(Base):
    """One message to be sent by somebody later."""

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


@asynccontextmanager
async def life(app: FastAPI) -> AsyncIterator[None]:
    """Open the pool, and make the tables where there are none."""
    address = urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(scheme="postgresql+asyncpg"))
    engine = create_async_engine(address, pool_size=POOL, max_overflow=0)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    app.state.sessions = async_sessionmaker(engine, expire_on_commit=False)
    yield
    await engine.dispose()


async def a_session(request: Request) -> AsyncIterator[AsyncSession]:
    """Give a request its session."""
    async with request.app.state.sessions() as session:
        yield session


Session = Annotated[AsyncSession, Depends(a_session)]
app = FastAPI(lifespan=life)


@app.put("/sections/applicant")
async def applicant(section: Applicant, session: Session) -> dict[str, str]:
    return await _save("applicant", section, session)


@app.put("/sections/children")
async def children(section: Children, session: Session) -> dict[str, str]:
    return await _save("children", section, session)


@app.put("/sections/work")
async def work(section: Work, session: Session) -> dict[str, str]:
    return await _save("work", section, session)


@app.put("/sections/income")
async def income(section: Income, session: Session) -> dict[str, str]:
    return await _save("income", section, session)


@app.put("/sections/payment")
async def payment(section: Payment, session: Session) -> dict[str, str]:
    return await _save("payment", section, session)


@app.put("/sections/declarations")
async def declarations(section: Declarations, session: Session) -> dict[str, str]:
    return await _save("declarations", section, session)


async def _save(name: str, section: BaseModel, session: AsyncSession) -> dict[str, str]:
    saved = Section(id=uuid4(), name=name, content=section.model_dump())
    session.add(saved)
    session.add(Outbox(topic="section.saved", payload={"id": str(saved.id)}))
    await session.commit()
    return {"id": str(saved.id)}


if __name__ == "__main__":
    serve(app)
