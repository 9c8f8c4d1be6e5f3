//! The parts of the window among which F6 moves the keyboard: tools, tabs, canvas, inspector,
//! drawer. Screen readers hear of them as landmarks.

use egui::accesskit::{self, Role};
use egui::{Context, Id, LayerId, Rect, Ui};

use crate::canvas;

/// A part of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Region {
    /// The icon rail.
    Tools,
    /// The top bar.
    Tabs,
    /// The canvas.
    Canvas,
    /// The panel at the side.
    Inspector,
    /// The panel below.
    Drawer,
}

impl Region {
    const ALL: [Self; 5] = [
        Self::Tools,
        Self::Tabs,
        Self::Canvas,
        Self::Inspector,
        Self::Drawer,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Tools => "tools",
            Self::Tabs => "tabs",
            Self::Canvas => "graph",
            Self::Inspector => "inspector",
            Self::Drawer => "drawer",
        }
    }

    fn role(self) -> Role {
        match self {
            Self::Tools => Role::Toolbar,
            Self::Tabs => Role::Banner,
            Self::Canvas => Role::Main,
            Self::Inspector => Role::Complementary,
            Self::Drawer => Role::Region,
        }
    }

    fn id(self) -> Id {
        Id::unique(("region", self.name()))
    }
}

/// What is seen around the thing that has the keyboard, in points.
const AROUND: f32 = 6.0;

/// Where a part was last drawn.
#[derive(Clone, Copy, Debug)]
struct Seen {
    rect: Rect,
    pass: u64,
}

/// Notes that what is drawn here is that part of the window.
pub fn note(ui: &Ui, region: Region) {
    let ctx = ui.ctx();
    let rect = ui.max_rect();
    let pass = ctx.cumulative_pass_nr();
    ctx.data_mut(|data| data.insert_temp(region.id(), Seen { rect, pass }));
    ctx.accesskit_node_builder(ui.unique_id(), |node| {
        node.set_role(region.role());
        node.set_label(region.name());
        let [min, max] = [rect.min, rect.max].map(|pos| [f64::from(pos.x), f64::from(pos.y)]);
        node.set_bounds(accesskit::Rect::new(min[0], min[1], max[0], max[1]));
    });
}

/// To which part the keyboard goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// To the next one.
    Next,
    /// To the one before.
    Back,
}

/// Gives the keyboard to another part of the window: the canvas itself, or the first thing in a
/// panel that can have it.
pub fn move_keyboard(ctx: &Context, way: Way) {
    let open: Vec<(Region, Rect)> = Region::ALL
        .into_iter()
        .filter_map(|region| Some((region, place(ctx, region)?)))
        .collect();
    let focused = ctx.memory(|memory| memory.focused());
    let at = focused
        .and_then(|id| ctx.read_response(id))
        .map(|response| response.rect.center());
    let here = at.and_then(|at| open.iter().position(|(_, rect)| rect.contains(at)));
    // Where nothing has the keyboard, keys go to the canvas.
    let is_canvas = |(region, _): &(Region, Rect)| *region == Region::Canvas;
    let here = here
        .or_else(|| open.iter().position(is_canvas))
        .unwrap_or(0);
    let next = (1..=open.len())
        .map(|step| match way {
            Way::Next => (here + step) % open.len(),
            Way::Back => (here + open.len() - step) % open.len(),
        })
        .find_map(|i| first_in(ctx, open[i]));
    if let Some(id) = next {
        ctx.memory_mut(|memory| memory.request_focus(id));
    }
}

/// Scrolls to what has just come to have the keyboard, if it is in this scrolled content: what is
/// used by keys has to be seen. To be called once all of the content is there.
pub fn keep_in_sight(ui: &Ui) {
    let ctx = ui.ctx();
    let focused = ctx.memory(|memory| memory.focused());
    let last_id = ui.unique_id().with("focused last");
    let last: Option<Id> = ctx.data(|data| data.get_temp(last_id)).flatten();
    // Reading a response in the frame of a click takes the keyboard from what the pointer is not
    // known to be on yet: a field that a double click has just opened would be left at once.
    let is_clicking = ctx.input(|i| i.pointer.any_pressed() || i.pointer.any_released());
    if focused == last || is_clicking {
        return;
    }
    ctx.data_mut(|data| data.insert_temp(last_id, focused));
    let Some(response) = focused.and_then(|id| ctx.read_response(id)) else {
        return;
    };
    let is_here =
        response.layer_id == ui.layer_id() && ui.min_rect().contains(response.rect.center());
    if is_here && !ui.clip_rect().contains_rect(response.rect) {
        ui.scroll_to_rect(response.rect.expand(AROUND), None);
    }
}

/// Where a part lies, if it is open.
fn place(ctx: &Context, region: Region) -> Option<Rect> {
    let seen: Seen = ctx.data(|data| data.get_temp(region.id()))?;
    (seen.pass + 1 >= ctx.cumulative_pass_nr()).then_some(seen.rect)
}

/// What takes the keyboard in a part of the window.
fn first_in(ctx: &Context, (region, rect): (Region, Rect)) -> Option<Id> {
    if region == Region::Canvas {
        return Some(canvas::ground_id());
    }
    ctx.viewport(|viewport| {
        let widgets = &viewport.prev_pass.widgets;
        widgets
            .get_layer(LayerId::background())
            .find(|widget| {
                widget.enabled
                    && widget.sense.senses_click()
                    && widget.sense.is_focusable()
                    && rect.contains(widget.rect.center())
            })
            .map(|widget| widget.id)
    })
}
