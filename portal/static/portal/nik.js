// Suggests birth date and sex from a NIK, into empty fields only. The form works the same without this file.

const WOMEN_ADD_TO_DAY = 40;

/** Returns { born: "dd-mm-yyyy" or "", sex: "L" or "P" }, or null while the text is no whole NIK. */
export function decodeNik(text, today = new Date()) {
    const digits = text.replace(/[^0-9]/g, "");
    if (digits.length !== 16) {
        return null;
    }
    const stamped = Number(digits.slice(6, 8));
    const day = stamped > WOMEN_ADD_TO_DAY ? stamped - WOMEN_ADD_TO_DAY : stamped;
    const month = Number(digits.slice(8, 10));
    const inCentury = Number(digits.slice(10, 12));
    const born = [2000, 1900]
        .map((century) => new Date(century + inCentury, month - 1, day))
        .find((date) => date <= today && date.getDate() === day && date.getMonth() === month - 1);
    return { born: born ? asText(born) : "", sex: stamped > WOMEN_ADD_TO_DAY ? "P" : "L" };
}

function asText(date) {
    const two = (number) => String(number).padStart(2, "0");
    return `${two(date.getDate())}-${two(date.getMonth() + 1)}-${date.getFullYear()}`;
}

function fillEmpty(field, value) {
    if (field && !field.value && value) {
        field.value = value;
    }
}

const nik = document.getElementById("id_nik");
nik?.addEventListener("input", () => {
    const facts = decodeNik(nik.value);
    if (facts) {
        fillEmpty(document.getElementById("id_birth_date"), facts.born);
        fillEmpty(document.getElementById("id_sex"), facts.sex);
    }
});
