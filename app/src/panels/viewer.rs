//! The viewer: a picture over the whole window, or two to four that are compared. Below it, where
//! one looks and what can be done; beside it, on demand, how the picture was made.

pub mod foot;
pub mod making;
pub mod stage;
pub mod steps;

use egui::{Area, Context, Id, Order, Rect, Sense, Ui, UiBuilder, vec2};

use crate::app::State;
use crate::command::Command;
use crate::command::binding::Scope;
use crate::command::gallery::{GalleryCommand, Show, Turn};
use crate::command::keys::pressed_in;
use crate::panels::gallery::is_keyboard_taken;
use crate::viewer::{Mode, Viewer};

/// The height of the foot.
const FOOT: f32 = 48.0;
/// The height of the strip of preview steps.
const STEPS: f32 = 92.0;
/// The width of the recipe.
const MAKING: f32 = 340.0;
/// How far a key moves the divider, in shares of the picture's width.
const DIVIDER_STEP: f32 = 0.02;

/// Shows the viewer if it is open.
pub fn viewer_ui(ctx: &Context, state: &State) -> Vec<Command> {
    let Some(viewer) = &state.viewer else {
        return Vec::new();
    };
    let mut commands = Vec::new();
    if !is_keyboard_taken(ctx, state) {
        let pressed = pressed_in(ctx, Scope::Viewer, None).into_iter();
        commands.extend(pressed.map(|command| meant(viewer, command)));
    }
    // Over the panels, below menus, messages and questions.
    let area = Area::new(Id::unique("viewer"))
        .order(Order::Middle)
        .accessible_name("Viewer")
        .fixed_pos(ctx.content_rect().min);
    let shown = area.show(ctx, |ui| {
        let (whole, _) = ui.allocate_exact_size(ctx.content_rect().size(), Sense::click_and_drag());
        ui.painter().rect_filled(whole, 0.0, state.theme.window);
        let places = Places::new(viewer, whole);
        let part = |ui: &mut Ui, name: &str, rect: Rect| {
            let mut part = ui.new_child(UiBuilder::new().id_salt(name).max_rect(rect));
            part.set_clip_rect(rect.intersect(ui.clip_rect()));
            part
        };
        let (on_stage, pointed) =
            stage::stage_ui(&mut part(ui, "stage", places.stage), state, viewer);
        commands.extend(on_stage);
        if let Some(rect) = places.steps {
            commands.extend(steps::steps_ui(&mut part(ui, "steps", rect), state, viewer));
        }
        if let Some(rect) = places.making {
            making::making_ui(&mut part(ui, "making", rect), state, viewer);
        }
        let mut foot = part(ui, "foot", places.foot);
        commands.extend(foot::foot_ui(&mut foot, state, viewer, &pointed));
    });
    // What it covers cannot be seen, so neither the keyboard nor screen readers shall come there.
    ctx.memory_mut(|memory| memory.set_modal_layer(shown.response.layer_id));
    commands
}

/// What keys mean now: a preview step is left before the viewer is, and among pictures that are
/// compared there is no next one to turn to, so the same keys move the divider.
fn meant(viewer: &Viewer, command: Command) -> Command {
    let has_divider = viewer.is_comparing() && viewer.mode == Mode::Slider;
    let instead = if command == Command::Gallery(GalleryCommand::CloseViewer) {
        viewer.step.map(|_| Show::Step(None))
    } else if let (Command::Gallery(GalleryCommand::Turn(turn)), true) = (&command, has_divider) {
        let by = match turn {
            Turn::Newer => -DIVIDER_STEP,
            Turn::Older => DIVIDER_STEP,
        };
        Some(Show::Divider(viewer.divider + by))
    } else {
        None
    };
    instead.map_or(command, |show| Command::Gallery(GalleryCommand::Show(show)))
}

/// Where the viewer's parts lie.
struct Places {
    stage: Rect,
    foot: Rect,
    steps: Option<Rect>,
    making: Option<Rect>,
}

impl Places {
    fn new(viewer: &Viewer, whole: Rect) -> Self {
        let (above, foot) = whole.split_top_bottom_at_y(whole.bottom() - FOOT);
        let (above, making) = if viewer.shows_making {
            let width = MAKING.min(whole.width() * 0.5);
            let (left, right) = above.split_left_right_at_x(above.right() - width);
            (left, Some(right))
        } else {
            (above, None)
        };
        let has_steps = !viewer.is_comparing()
            && viewer
                .pictures
                .first()
                .is_some_and(|picture| !picture.steps.is_empty());
        let (stage, steps) = if has_steps {
            let (stage, steps) = above.split_top_bottom_at_y(above.bottom() - STEPS);
            (stage, Some(steps))
        } else {
            (above, None)
        };
        Self {
            stage: stage.shrink2(vec2(12.0, 12.0)),
            foot,
            steps,
            making,
        }
    }
}
