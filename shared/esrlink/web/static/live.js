// Keeps the parts of a page that are marked `data-live` as fresh as the server's, without loading the page again. It asks for
// the same page every `data-live` seconds and changes only what is different, in place: what has the focus keeps it, what was
// opened stays open, a form that somebody fills in is left alone, and nothing scrolls. It rests while the page is hidden, while
// text of a part is selected, and while the reader has paused it. Without it, loading the page again does the same.

const parts = [...document.querySelectorAll('[data-live][id]')]
const bar = document.querySelector('[data-live-bar]')
const pause = bar?.querySelector('button')
const pauses = { all: Number(parts[0]?.dataset.live || 10) * 1000, longest: 60_000 }
let isPaused = false
let failures = 0
let timer

function isTyped(field) {
  if (field.type === 'checkbox' || field.type === 'radio') return field.checked !== field.defaultChecked
  if (field instanceof HTMLSelectElement) {
    const options = [...field.options]
    const isSet = options.some((option) => option.defaultSelected)
    return isSet ? options.some((option) => option.selected !== option.defaultSelected) : field.selectedIndex > 0
  }
  return 'defaultValue' in field && field.value !== field.defaultValue
}

const isInUse = (form) => form.contains(document.activeElement) || [...form.elements].some(isTyped)

// What tells one child from its neighbours, so that a new row at the top is one new row and not a change of all.
function named(parent) {
  const seen = new Map()
  return [...parent.childNodes].map((node) => {
    if (node.nodeType !== Node.ELEMENT_NODE) return [node, node.nodeName]
    const isRow = node.nodeName === 'TR'
    const own = node.id || (isRow && (node.querySelector('a[href]')?.getAttribute('href') || node.cells[0]?.textContent))
    const name = `${node.nodeName} ${own || ''}`
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    return [node, own ? `${name} ${count}` : name]
  })
}

function updateChildren(old, fresh) {
  const wanted = named(fresh)
  const names = new Map()
  for (const [, name] of wanted) names.set(name, (names.get(name) ?? 0) + 1)
  const kept = new Map()
  for (const [node, name] of named(old)) {
    const left = names.get(name) ?? 0
    if (left === 0) {
      node.remove()
      continue
    }
    names.set(name, left - 1)
    kept.set(name, [...(kept.get(name) ?? []), node])
  }
  let at = old.firstChild
  for (const [node, name] of wanted) {
    const same = kept.get(name)?.shift()
    if (!same) {
      old.insertBefore(document.importNode(node, true), at)
    } else {
      if (same === at) at = at.nextSibling
      else old.insertBefore(same, at)
      update(same, node)
    }
  }
}

function update(old, fresh) {
  if (old.isEqualNode(fresh)) return
  if (old.nodeType !== Node.ELEMENT_NODE) {
    old.nodeValue = fresh.nodeValue
    return
  }
  if (old.nodeName === 'FORM' && isInUse(old)) return
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !(old.nodeName === 'DETAILS' && name === 'open')) old.removeAttribute(name)
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value && !(old.nodeName === 'DETAILS' && name === 'open')) old.setAttribute(name, value)
  }
  updateChildren(old, fresh)
}

const isRead = () => {
  const selection = document.getSelection()
  return selection && !selection.isCollapsed && parts.some((part) => part.contains(selection.anchorNode))
}

async function look() {
  const answer = await fetch(location.href, { headers: { Accept: 'text/html' }, cache: 'no-store' })
  if (answer.redirected || answer.status === 401 || answer.status === 403) return 'over'
  if (!answer.ok) throw new Error(String(answer.status))
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
  if (isPaused || isRead()) return 'fine'
  const focused = document.activeElement
  for (const part of parts) {
    const news = fresh.getElementById(part.id)
    if (news) update(part, news)
  }
  // A row that had to move took the focus out of the page; it is still the same row.
  if (focused !== document.activeElement && focused?.isConnected) focused.focus({ preventScroll: true })
  document.dispatchEvent(new CustomEvent('esrlink:refreshed'))
  return 'fine'
}

function say(words) {
  bar.querySelector('[data-live-words]').textContent = words
}

function next() {
  clearTimeout(timer)
  if (!isPaused && !document.hidden) timer = setTimeout(turn, Math.min(pauses.all * 2 ** failures, pauses.longest))
}

async function turn() {
  if (isPaused || document.hidden) return
  try {
    if (!isRead() && (await look()) === 'over') {
      say('You are signed out: load the page again for news.')
      pause.hidden = true
      return
    }
    if (failures) say('Kept up to date.')
    failures = 0
  } catch {
    failures += 1
    say('The server does not answer: trying again.')
  }
  next()
}

if (parts.length && bar && pause) {
  bar.hidden = false
  document.querySelector('[data-live-none]').hidden = true
  pause.addEventListener('click', () => {
    isPaused = !isPaused
    pause.textContent = isPaused ? 'Go on' : 'Pause'
    say(isPaused ? 'Paused.' : 'Kept up to date.')
    if (isPaused) clearTimeout(timer)
    else turn()
  })
  document.addEventListener('visibilitychange', () => (document.hidden ? clearTimeout(timer) : turn()))
  next()
}
