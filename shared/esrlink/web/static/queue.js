// A queue by keyboard: j and k go from record to record, x ticks the one in hand, a ticks all; Enter opens, as on any link.
// Keys that are typed into a field, or pressed with another key, are left alone. Every page works without this file.

const queue = document.querySelector('[data-queue]')
const rows = [...(queue?.querySelectorAll('[data-row]') ?? [])]
const boxOf = (row) => row.closest('tr')?.querySelector('input[type=checkbox]')

function move(by) {
  const at = rows.findIndex((row) => row.closest('tr')?.contains(document.activeElement))
  const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + by, 0), rows.length - 1)]
  next.focus()
  next.closest('tr')?.scrollIntoView({ block: 'nearest' })
}

function tickOne() {
  const box = document.activeElement?.closest('tr')?.querySelector('input[type=checkbox]')
  if (box) box.checked = !box.checked
}

function tickAll() {
  const boxes = rows.map(boxOf).filter(Boolean)
  const all = boxes.every((box) => box.checked)
  for (const box of boxes) box.checked = !all
}

const keys = { j: () => move(1), k: () => move(-1), x: tickOne, a: tickAll }

if (rows.length) {
  const told = queue.querySelector('[data-queue-keys]')
  if (told) told.hidden = false
  document.addEventListener('keydown', (event) => {
    const typing = event.target.closest('input:not([type=checkbox]), select, textarea')
    const does = keys[event.key]
    if (!does || typing || event.ctrlKey || event.altKey || event.metaKey) return
    event.preventDefault()
    does()
  })
}
