//! A seed: its lock, its number, and a dice. The lock says what the seed does before each run, and
//! opens the choice of it, with the seeds used lately.

use egui::epaint::StrokeKind;
use egui::{
    Align2, Context, Id, Popup, Rect, Response, Role, ScrollArea, Sense, Stroke, Ui, WidgetInfo,
    pos2, vec2,
};
use pyrograph_engine::graph::shape;
use pyrograph_engine::node::Value;

use crate::app::State;
use crate::command::seed::SeedCommand;
use crate::command::{Command, Input};
use crate::seeds::Policy;
use crate::seeds::recent::Use;
use crate::theme::{Theme, font, icon, size};
use crate::widgets::number::field_ui;
use crate::widgets::param::{Field, Place};
use crate::widgets::{Draw, Well, around, ends, icon_at, lit_line, note_typed, picture};

/// The list's width.
const WIDTH: f32 = 236.0;
/// A line of the list.
const LINE: f32 = 27.0;
/// A line with a picture.
const USE_LINE: f32 = 40.0;
/// The room for the seeds used lately.
const USES: f32 = 204.0;
/// How many seeds stand below the field in the inspector.
const IN_STRIP: usize = 5;
/// Between their pictures.
const STRIP_GAP: f32 = 6.0;

/// Shows a seed and says what the user did; `shown` is the seed and the window's state.
pub fn seed_ui(
    ui: &mut Ui,
    draw: &Draw<'_>,
    rect: Rect,
    field: &Field<'_>,
    shown: (u64, &State),
) -> Vec<Command> {
    let (seed, state) = shown;
    let id = field.id();
    let typing_id = id.with("typing");
    if let Some(Typing(text)) = ui.data(|data| data.get_temp(typing_id)) {
        let typed = type_ui(ui, draw, rect, field, (typing_id, text));
        let other = typed.filter(|typed| *typed != seed);
        let set = other.map(|typed| field.set(&Value::Seed(typed), false));
        return set.into_iter().collect();
    }

    let side = rect.height();
    let name = field.name();
    let response = ui.interact(rect, id, Sense::click());
    response.widget_info(|| WidgetInfo {
        current_text_value: Some(seed.to_string()),
        ..WidgetInfo::labeled(Role::Button, ui.is_enabled(), &name)
    });
    let dice_rect = Rect::from_min_max(pos2(rect.right() - side, rect.top()), rect.max);
    let dice = ui.interact(dice_rect, id.with("dice"), Sense::click());
    let dice_name = match field.place {
        Place::Node => format!("new seed for {}", field.key),
        Place::Inspector => format!("new seed for {name}"),
    };
    dice.widget_info(|| WidgetInfo::labeled(Role::Button, ui.is_enabled(), &dice_name));
    let policy = Policy::of(&state.document.graph().view, field.key, field.param);
    let lock_rect = Rect::from_min_max(rect.min, pos2(rect.left() + side, rect.bottom()));
    let lock = ui.interact(lock_rect, id.with("lock"), Sense::click());
    lock.widget_info(|| WidgetInfo {
        current_text_value: Some(policy.label().to_owned()),
        ..WidgetInfo::labeled(Role::Button, ui.is_enabled(), format!("lock of {name}"))
    });
    if response.clicked() {
        ui.data_mut(|data| data.insert_temp(typing_id, Typing(seed.to_string())));
        ui.ctx().request_repaint();
    }

    draw.well(ui.painter(), rect, Well::of(&response));
    if policy == Policy::Locked && Well::of(&response) == Well::Idle {
        // What is locked is seen from afar.
        let stroke = Stroke::new(1.0, Theme::fade(draw.theme.accent, 0.6));
        let corner = draw.corner(size::FIELD_CORNER);
        ui.painter()
            .rect_stroke(rect, corner, stroke, StrokeKind::Inside);
    }
    paint_lock(ui, draw, &lock, policy);
    paint_number(ui, draw, rect, field, (seed, policy));
    paint_dice(ui, draw, &dice);
    let mut commands = lists_ui(draw.theme, field, (seed, policy, state), [&lock, &response]);
    response.on_hover_text(field.spec.doc);
    lock.on_hover_text(policy.tooltip());
    let roll = Command::NewSeed(field.at());
    if dice.on_hover_text(roll.tooltip()).clicked() {
        commands.push(roll);
    }
    commands
}

/// A seed that is being typed.
#[derive(Clone, Default)]
struct Typing(String);

/// Forgets what is typed into any seed.
pub(super) fn forget_typed(ctx: &Context) {
    ctx.data_mut(|data| data.remove_by_type::<Typing>());
}

/// The number being typed; returns it once it is done.
fn type_ui(
    ui: &mut Ui,
    draw: &Draw<'_>,
    rect: Rect,
    field: &Field<'_>,
    typing: (Id, String),
) -> Option<u64> {
    let (typing_id, mut text) = typing;
    note_typed(ui.ctx());
    let name = (field.id().with("text"), field.name());
    let response = field_ui(ui, draw, rect, (name.0, &name.1), &mut text);
    if !response.lost_focus() {
        ui.data_mut(|data| data.insert_temp(typing_id, Typing(text)));
        return None;
    }
    ui.data_mut(|data| data.remove::<Typing>(typing_id));
    let is_given_up = ui.input(|i| i.key_pressed(egui::Key::Escape));
    text.trim().parse().ok().filter(|_| !is_given_up)
}

fn paint_lock(ui: &Ui, draw: &Draw<'_>, lock: &Response, policy: Policy) {
    let theme = draw.theme;
    lit(ui, draw, lock);
    let (sign, color) = match policy {
        Policy::Locked => (icon::LOCK, theme.accent),
        Policy::New | Policy::Up | Policy::Down => (icon::UNLOCK, theme.secondary),
    };
    let size = draw.icon(13.0);
    icon_at(ui.painter(), lock.rect.center(), sign, size, color);
}

fn paint_number(ui: &Ui, draw: &Draw<'_>, rect: Rect, field: &Field<'_>, shown: (u64, Policy)) {
    let (seed, policy) = shown;
    let theme = draw.theme;
    let (left, right) = ends(rect, rect.height() + draw.px(1.0));
    let small = (draw.text(size::NODE_TEXT), theme.secondary);
    let mut label = draw.label(
        ui.painter(),
        (left, Align2::LEFT_CENTER),
        field.label(),
        small,
        rect.width() * 0.4,
    );
    if let Some(sign) = policy.word() {
        let at = pos2(label.right() + draw.px(5.0), rect.center().y);
        let style = (draw.mono(size::SMALL), theme.accent_text);
        let place = (at, Align2::LEFT_CENTER);
        label = draw.label(ui.painter(), place, sign, style, rect.width() * 0.2);
    }
    draw.label(
        ui.painter(),
        (right, Align2::RIGHT_CENTER),
        &seed.to_string(),
        (draw.mono(size::NODE_TEXT), theme.text),
        right.x - label.right() - draw.px(6.0),
    );
}

fn paint_dice(ui: &Ui, draw: &Draw<'_>, dice: &Response) {
    lit(ui, draw, dice);
    let color = if dice.hovered() {
        draw.theme.text
    } else {
        draw.theme.secondary
    };
    let size = draw.icon(14.0);
    icon_at(ui.painter(), dice.rect.center(), icon::DICE, size, color);
}

/// The ground of a button under the pointer.
fn lit(ui: &Ui, draw: &Draw<'_>, button: &Response) {
    if button.hovered() || button.has_focus() {
        let side = button.rect.height() - draw.px(4.0);
        let ground = around(button.rect.center(), side);
        ui.painter()
            .rect_filled(ground, draw.corner(4.0), draw.theme.hovered);
    }
}

/// The list that the lock opens, and a click with the other button on the field.
fn lists_ui(
    theme: &Theme,
    field: &Field<'_>,
    shown: (u64, Policy, &State),
    openers: [&Response; 2],
) -> Vec<Command> {
    let [lock, whole] = openers;
    let mut commands = Vec::new();
    let name = format!("{} choices", field.name());
    let mut list = |popup: Popup<'_>, name: &str| {
        let popup = popup.width(WIDTH).accessible_name(name);
        popup.show(|ui| commands.extend(list_ui(ui, theme, field, shown)));
    };
    list(Popup::menu(lock).id(lock.id.with("list")), &name);
    list(Popup::context_menu(whole), &name);
    commands
}

fn list_ui(
    ui: &mut Ui,
    theme: &Theme,
    field: &Field<'_>,
    shown: (u64, Policy, &State),
) -> Vec<Command> {
    let (seed, policy, state) = shown;
    ui.spacing_mut().item_spacing.y = 1.0;
    let at = field.at();
    let mut commands = Vec::new();
    for other in Policy::ALL {
        let sign = (other == policy).then_some(icon::CHECK);
        let response = line_ui(ui, theme, sign, other.label());
        response.widget_info(|| {
            let is_chosen = other == policy;
            WidgetInfo::selected(Role::MenuItemRadio, true, is_chosen, other.label())
        });
        if response.on_hover_text(other.tooltip()).clicked() {
            commands.push(SeedCommand::SetPolicy {
                at: at.clone(),
                policy: other,
            });
        }
    }
    ui.separator();
    for command in [SeedCommand::UseLast(at.clone()), SeedCommand::Copy(seed)] {
        let whole = Command::Seed(command.clone());
        let response = line_ui(ui, theme, whole.icon(), whole.label());
        response.widget_info(|| WidgetInfo::labeled(Role::MenuItem, true, whole.label()));
        if response.on_hover_text(whole.tooltip()).clicked() {
            commands.push(command);
        }
    }
    let mut commands: Vec<Command> = commands.into_iter().map(Command::Seed).collect();
    let uses = uses_of(state, &at);
    let want = want_pictures(state, uses, &at);
    if !uses.is_empty() {
        ui.separator();
        ScrollArea::vertical().max_height(USES).show(ui, |ui| {
            for used in uses {
                if use_ui(ui, state, used).clicked() {
                    commands.push(field.set(&Value::Seed(used.seed), false));
                }
            }
        });
    }
    if !commands.is_empty() {
        ui.close();
    }
    commands.extend(want);
    commands
}

/// The last uses of a seed of the open level.
fn uses_of<'a>(state: &'a State, at: &Input) -> &'a [Use] {
    let full = Input::new(state.document.full_key(&at.node), &at.slot);
    state.recent_seeds.of(&state.document_place(), &full)
}

/// Asks for the pictures that nobody has asked for yet.
fn want_pictures(state: &State, uses: &[Use], at: &Input) -> Option<Command> {
    let is_wanted = |used: &Use| {
        let file = used.picture.as_deref().filter(|_| used.thumb.is_none());
        file.is_some_and(|file| !state.shelf.is_asked(file))
    };
    let want = || Command::Seed(SeedCommand::WantPictures(at.clone()));
    uses.iter().any(is_wanted).then(want)
}

/// The seeds used last with their pictures, in a row: a click takes the seed, and its picture is
/// back without a run.
pub fn strip_ui(ui: &mut Ui, state: &State, field: &Field<'_>) -> Vec<Command> {
    let at = field.at();
    let all = uses_of(state, &at);
    let uses = &all[..all.len().min(IN_STRIP)];
    if uses.is_empty() {
        return Vec::new();
    }
    let mut commands: Vec<Command> = want_pictures(state, uses, &at).into_iter().collect();
    let now = shape::value(state.document.graph(), field.key, field.param);
    let now = now.and_then(serde_json::Value::as_u64);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = STRIP_GAP;
        let gaps = STRIP_GAP * (IN_STRIP - 1) as f32;
        let side = (ui.available_width() - gaps) / IN_STRIP as f32;
        for used in uses {
            let (rect, response) = ui.allocate_exact_size(vec2(side, side), Sense::click());
            let name = format!("seed {} again", used.seed);
            response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
            let place = paint_use(ui, state, used, rect);
            if response.hovered() || response.has_focus() || now == Some(used.seed) {
                let stroke = Stroke::new(1.6, state.theme.accent);
                ui.painter()
                    .rect_stroke(place, 3.0, stroke, StrokeKind::Outside);
            }
            if response.on_hover_text(used.seed.to_string()).clicked() {
                commands.push(field.set(&Value::Seed(used.seed), false));
            }
        }
    });
    commands
}

/// The picture that a seed gave; returns where it lies.
fn paint_use(ui: &Ui, state: &State, used: &Use, rect: Rect) -> Rect {
    let read = || state.shelf.thumb(used.picture.as_deref()?);
    match used.thumb.as_ref().or_else(read) {
        Some(texture) => {
            let size_px = texture.size().map(|side| side as u32);
            picture::paint(ui.painter(), rect, texture.id(), size_px, 3.0)
        }
        None => {
            ui.painter().rect_filled(rect, 3.0, state.theme.field);
            rect
        }
    }
}

fn line_ui(ui: &mut Ui, theme: &Theme, sign: Option<&str>, words: &str) -> Response {
    let (rect, response) = lit_line(ui, theme, LINE);
    let left = rect.left_center();
    if let Some(sign) = sign {
        let at = left + vec2(15.0, 0.0);
        icon_at(ui.painter(), at, sign, font::icon(14.0), theme.secondary);
    }
    let draw = Draw { theme, scale: 1.0 };
    let place = (left + vec2(32.0, 0.0), Align2::LEFT_CENTER);
    let style = (font::text(size::TEXT), theme.text);
    draw.label(ui.painter(), place, words, style, rect.width() - 40.0);
    response
}

/// A seed used lately, with the picture that came of it.
fn use_ui(ui: &mut Ui, state: &State, used: &Use) -> Response {
    let theme = &state.theme;
    let (rect, response) = lit_line(ui, theme, USE_LINE);
    response.widget_info(|| {
        WidgetInfo::labeled(Role::MenuItem, true, format!("use seed {}", used.seed))
    });
    let place = around(rect.left_center() + vec2(21.0, 0.0), USE_LINE - 6.0);
    paint_use(ui, state, used, place);
    let draw = Draw { theme, scale: 1.0 };
    let at = (rect.left_center() + vec2(48.0, 0.0), Align2::LEFT_CENTER);
    let style = (font::mono(size::NODE_TEXT), theme.text);
    draw.label(
        ui.painter(),
        at,
        &used.seed.to_string(),
        style,
        rect.width() - 56.0,
    );
    response
}
