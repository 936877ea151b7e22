// Starts nhsuk-frontend's components and keeps htmx polite. Every page works without this file.
import { initAll } from './nhsuk-frontend.min.js'
import './live.js'

document.body.classList.add('js-enabled', 'nhsuk-frontend-supported')
initAll()

// A part that refreshes itself must not do so under a reader: not in a hidden tab, not while something in it has the
// focus, not while text of it is selected.
document.body.addEventListener('htmx:beforeRequest', (event) => {
  const part = event.detail.elt
  if (!part.hasAttribute('data-refresh')) return
  const selection = document.getSelection()
  const isSelected = selection && !selection.isCollapsed && part.contains(selection.anchorNode)
  if (document.hidden || part.contains(document.activeElement) || isSelected) event.preventDefault()
})

// Say a changed summary to screen readers once; a part that comes back the same says nothing.
const announcements = document.getElementById('announcements')
let lastSaid = document.querySelector('[data-announce]')?.dataset.announce
function announce() {
  const says = document.querySelector('[data-announce]')?.dataset.announce
  if (announcements && says && says !== lastSaid) announcements.textContent = says
  lastSaid = says
}
document.body.addEventListener('htmx:afterSettle', announce)
document.addEventListener('esrlink:refreshed', announce)
