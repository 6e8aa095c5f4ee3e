// A full house: waits as long as it was asked to, says so, and tries again by itself with what was typed.

const form = document.getElementById("ancora");
const line = document.getElementById("conto");
let seconds = Number((form ?? line).dataset.attesa) + Math.ceil(Math.random() * 2);

const count = setInterval(() => {
  seconds -= 1;
  if (seconds > 0) {
    line.textContent = line.dataset.testo.replace("{seconds}", seconds);
    return;
  }
  clearInterval(count);
  if (form) form.submit();
  else location.reload();
}, 1000);
