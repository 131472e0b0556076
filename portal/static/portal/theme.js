// Enhancements only: every page works without this file.

const WIDE = window.matchMedia("(min-width: 1500px)");

/** Beside a wide list the filters stand open; below that width the reader opens them. */
function placeFilters() {
    const drawer = document.querySelector("details.drawer");
    if (drawer && WIDE.matches) {
        drawer.open = true;
    }
}

/** On a phone a list shows its rows as cards; each value needs the name of its column. */
function labelCells() {
    const heads = [...document.querySelectorAll("#result_list thead th")];
    const names = heads.map((cell) => (cell.querySelector(".text") || cell).textContent.trim());
    for (const row of document.querySelectorAll("#result_list tbody tr")) {
        [...row.cells].forEach((cell, index) => {
            if (names[index]) {
                cell.dataset.label = names[index];
            }
        });
    }
}

/** A choice with search is drawn by select2, which leaves its box and its search field without a name. */
function nameChoices() {
    for (const box of document.querySelectorAll(".select2-selection[role=combobox]")) {
        const select = box.closest(".select2-container").previousElementSibling;
        const label = select?.labels?.[0];
        const chosen = box.querySelector(".select2-selection__rendered");
        if (label && chosen) {
            label.id ||= `${select.id}_label`;
            box.setAttribute("aria-labelledby", `${label.id} ${chosen.id}`);
            chosen.removeAttribute("role"); // it says "textbox", a second nameless control inside the first
            chosen.removeAttribute("aria-readonly");
        }
    }
}

function nameSearch(event) {
    if (event.target.matches?.(".select2-search__field")) {
        event.target.setAttribute("aria-label", "Cari");
    }
}

/** A table that scrolls sideways must be reachable by keyboard. */
function focusScrollers() {
    for (const box of document.querySelectorAll("#changelist-form .results, .inline-group")) {
        if (box.scrollWidth > box.clientWidth) {
            box.tabIndex = 0;
            box.setAttribute("role", "region");
            box.setAttribute("aria-label", (box.querySelector("h2") || document.querySelector("h1")).textContent.trim());
        }
    }
}

/** Menus of the header close on Escape and on a click elsewhere. */
function closeMenus(event) {
    for (const menu of document.querySelectorAll("#header details[open]")) {
        const left = event.type === "click" ? !menu.contains(event.target) : event.key === "Escape";
        if (left) {
            menu.open = false;
            if (event.type === "keydown") {
                menu.querySelector("summary").focus();
            }
        }
    }
}

for (const [target, moment] of [[window, "load"], [document, "formset:added"]]) {
    target.addEventListener(moment, () => setTimeout(nameChoices)); // select2 draws its boxes in a timer of its own
}
document.addEventListener("focusin", nameSearch);
placeFilters();
WIDE.addEventListener("change", placeFilters);
labelCells();
focusScrollers();
document.addEventListener("click", closeMenus);
document.addEventListener("keydown", closeMenus);
