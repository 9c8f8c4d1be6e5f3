//! What a hand does: drags with keys held and other buttons, turns of the wheel.

use egui::{Event, Modifiers, MouseWheelUnit, PointerButton, Pos2, Rect, TouchPhase, Vec2, vec2};
use egui_kittest::kittest::Queryable;
use pyrograph::command::{Command, NewNode, drawing::DrawingCommand};

use crate::window::Window;

/// Ctrl as the desktops other than a Mac's tell it.
pub(super) const CTRL: Modifiers = Modifiers::CTRL.plus(Modifiers::COMMAND);

impl Window {
    /// A drag with keys held.
    pub(super) fn drag_with(&mut self, way: [Pos2; 2], modifiers: Modifiers) {
        self.drag_by(way, (PointerButton::Primary, modifiers));
    }

    /// A drag with that button and keys held.
    pub(super) fn drag_by(&mut self, way: [Pos2; 2], held: (PointerButton, Modifiers)) {
        self.begin_drag(way, held);
        self.end_drag(way[1], held);
    }

    /// A drag that goes on.
    pub(super) fn begin_drag(
        &mut self,
        [from, to]: [Pos2; 2],
        (button, modifiers): (PointerButton, Modifiers),
    ) {
        self.harness.event(Event::ModifiersChanged(modifiers));
        self.harness.hover_at(from);
        self.harness.step();
        self.harness.event(Event::PointerButton {
            pos: from,
            button,
            pressed: true,
            modifiers,
        });
        self.harness.step();
        for i in 1..=8 {
            self.harness.hover_at(from + (to - from) * (i as f32 / 8.0));
            self.harness.step();
        }
        self.harness.step();
    }

    pub(super) fn end_drag(&mut self, at: Pos2, (button, modifiers): (PointerButton, Modifiers)) {
        self.harness.event(Event::PointerButton {
            pos: at,
            button,
            pressed: false,
            modifiers,
        });
        self.harness.event(Event::ModifiersChanged(Modifiers::NONE));
        self.settle();
    }

    /// A turn of the wheel over a place.
    pub(super) fn wheel_at(
        &mut self,
        pos: Pos2,
        (unit, delta): (MouseWheelUnit, Vec2),
        modifiers: Modifiers,
    ) {
        self.harness.hover_at(pos);
        self.harness.step();
        self.harness.event(Event::ModifiersChanged(modifiers));
        self.harness.event(Event::MouseWheel {
            unit,
            delta,
            phase: TouchPhase::Move,
            source: egui::MouseWheelSource::Wheel,
            modifiers,
        });
        self.harness.event(Event::ModifiersChanged(Modifiers::NONE));
        self.settle();
    }

    pub(super) fn area_of(&self, name: &str) -> Rect {
        self.harness.get_by_label(name).rect()
    }

    /// A node's header, where it is grabbed.
    pub(super) fn grip_of(&self, key: &str) -> Pos2 {
        self.area_of(&format!("{key} node")).center_top() + vec2(0.0, 8.0)
    }

    pub(super) fn place_of(&self, key: &str) -> [f32; 2] {
        self.state().document.position(key)
    }

    pub(super) fn node_count(&self) -> usize {
        self.state().document.graph().nodes.len()
    }

    pub(super) fn selected_keys(&self) -> Vec<&str> {
        let nodes = self.state().selection.nodes.iter();
        nodes.map(String::as_str).collect()
    }

    /// Puts a node so far from where it is.
    pub(super) fn shift_by(&mut self, key: &str, by: [f32; 2]) {
        let [x, y] = self.place_of(key);
        self.put_at(key, [x + by[0], y + by[1]]);
    }

    pub(super) fn put_at(&mut self, key: &str, at: [f32; 2]) {
        self.give(Command::Move {
            to: vec![(key.to_owned(), at)],
            live: false,
        });
    }

    /// Adds a node of that title.
    pub(super) fn add_node(&mut self, title: &str, at: [f32; 2]) -> String {
        let mut specs = pyrograph_nodes::ALL.iter();
        let is = specs.find(|spec| spec.title == title).unwrap().id;
        self.give(Command::Add(NewNode { is, at }));
        self.state().inspected().unwrap().to_owned()
    }

    /// A press or release of a button with keys held.
    pub(super) fn button(
        &mut self,
        pos: Pos2,
        (button, modifiers): (PointerButton, Modifiers),
        pressed: bool,
    ) {
        self.harness.event(Event::PointerButton {
            pos,
            button,
            pressed,
            modifiers,
        });
        self.harness.step();
    }

    pub(super) fn undo_once(&mut self) {
        self.give(Command::Undo);
    }

    pub(super) fn give_drawing(&mut self, command: DrawingCommand) {
        self.give(Command::Drawing(command));
    }
}
