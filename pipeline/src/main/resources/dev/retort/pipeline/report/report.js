// Conveniences only: everything is readable without them. No comparison that XML would have to escape.
'use strict';
(function () {
  // Titles of points at once and under a finger, where the browser's own come late or never.
  var tip = document.createElement('div');
  tip.className = 'tip';
  tip.hidden = true;
  document.body.appendChild(tip);
  document.querySelectorAll('.scatter .point').forEach(function (point) {
    var title = point.querySelector('title');
    if (!title) { return; }
    var text = title.textContent;
    point.addEventListener('pointerenter', function (event) {
      title.textContent = '';
      tip.textContent = text;
      tip.hidden = false;
      var room = document.documentElement.clientWidth - tip.offsetWidth - 12;
      tip.style.left = window.scrollX + Math.max(8, Math.min(event.clientX + 14, room)) + 'px';
      tip.style.top = window.scrollY + event.clientY + 16 + 'px';
    });
    point.addEventListener('pointerleave', function () {
      title.textContent = text;
      tip.hidden = true;
    });
  });

  // Columns of sortable tables sort by a click on their heading.
  function valueOf(row, column) {
    var cell = row.cells[column];
    var number = cell.getAttribute('data-value');
    return number === null ? cell.textContent : Number(number);
  }
  document.querySelectorAll('table.sortable').forEach(function (table) {
    Array.from(table.tHead.rows[0].cells).forEach(function (heading, column) {
      var button = document.createElement('button');
      button.className = 'sort';
      button.textContent = heading.textContent;
      heading.textContent = '';
      heading.appendChild(button);
      button.addEventListener('click', function () {
        var up = heading.getAttribute('aria-sort') !== 'ascending';
        Array.from(table.tHead.rows[0].cells).forEach(function (other) {
          other.removeAttribute('aria-sort');
        });
        heading.setAttribute('aria-sort', up ? 'ascending' : 'descending');
        var body = table.tBodies[0];
        Array.from(body.rows).sort(function (first, second) {
          var a = valueOf(first, column);
          var b = valueOf(second, column);
          var order = a > b ? 1 : b > a ? -1 : 0;
          return up ? order : -order;
        }).forEach(function (row) { body.appendChild(row); });
      });
    });
  });
})();
