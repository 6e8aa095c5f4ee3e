"""The empty endpoint: FastAPI reads a section into its Pydantic model and answers; nothing is kept."""

from fastapi import FastAPI

from loadtest.bench.serving import serve
from loadtest.bench.shapes import Applicant, Children, Declarations, Income, Payment, Work

app = FastAPI()


@app.put("/sections/applicant")
async def applicant(section: Applicant) -> dict[str, int]:  # noqa: ARG001 (it is read, and that is all)
    return {"revision": 1}


@app.put("/sections/children")
async def children(section: Children) -> dict[str, int]:  # noqa: ARG001
    return {"revision": 1}


@app.put("/sections/work")
async def work(section: Work) -> dict[str, int]:  # noqa: ARG001
    return {"revision": 1}


@app.put("/sections/income")
async def income(section: Income) -> dict[str, int]:  # noqa: ARG001
    return {"revision": 1}


@app.put("/sections/payment")
async def payment(section: Payment) -> dict[str, int]:  # noqa: ARG001
    return {"revision": 1}


@app.put("/sections/declarations")
async def declarations(section: Declarations) -> dict[str, int]:  # noqa: ARG001
    return {"revision": 1}


if __name__ == "__main__":
    serve(app)
