// Follows a job: asks every two seconds and opens the result when it is there. Without it the page can be reloaded.

const box = document.querySelector("[data-progress]");
const status = box.querySelector("[role=status]");
const bar = box.querySelector("progress");
const number = new Intl.NumberFormat("id-ID");

function tell({ done, total, seconds_left: left }) {
    if (done && total) {
        bar.max = total;
        bar.value = done;
        const rest = left ? `, sekitar ${number.format(left)} detik lagi` : "";
        status.textContent = `${number.format(done)} dari ${number.format(total)} baris${rest}.`;
    }
}

async function ask() {
    try {
        const response = await fetch(box.dataset.progress, { headers: { Accept: "application/json" } });
        const answer = await response.json();
        if (!answer.working) {
            location.reload();
            return;
        }
        tell(answer);
    } catch {
        status.textContent = "Sambungan terputus; dicoba lagi.";
    }
    setTimeout(ask, 2000);
}

setTimeout(ask, 1000);
