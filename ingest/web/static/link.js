// The link to come back: handed on by the phone itself, or copied; where neither works it can still be read.

const link = document.getElementById("collegamento");
const said = document.getElementById("collegamento-stato");

function offer(text, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-outline-primary";
  button.textContent = text;
  button.addEventListener("click", () => act().catch(() => { /* she thought better of it */ }));
  said.before(button);
}

if (link && navigator.share) {
  offer(link.dataset.manda, () => navigator.share({ url: link.href }));
} else if (link && navigator.clipboard) {
  offer(link.dataset.copia, async () => {
    await navigator.clipboard.writeText(link.href);
    said.textContent = link.dataset.copiato;
  });
}
