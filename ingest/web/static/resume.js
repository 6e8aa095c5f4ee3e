// The way back with a link: the secret stands after the "#", so it was never sent with an address.

const secret = decodeURIComponent(location.hash.slice(1));
const form = document.getElementById("riprendi");
if (/^[\w-]{12,80}$/.test(secret) && !secret.startsWith("c-") && secret !== "contenuto") {
  history.replaceState(null, "", location.pathname + location.search);
  form.elements.codice.value = secret;
  form.submit();
} else if (secret.startsWith("c-")) {
  form.action += `#${secret}`; // the field she was in: a fragment survives the answer's redirection
}
