//! The grid: stages across, lanes down.

use std::fmt::Write as _;

use crate::ui::memo::Memo;
use leptos::prelude::*;
use model::board::{LaneKind, Phase};
use model::edit::{Edit, Entity};

use super::desk::Desk;
use super::lane::{row, rows};
use super::menu::Menu;
use super::seen::{felt_by, seen_by};
use super::stage::{add_stage, bands, phase_row, stage_head};
use super::{drag, ground, keys};
use crate::language::{t, t_string};
use crate::ui::dynamic::{any, dynamic, each, text};
use crate::ui::icons::{Glyph, Icon};

/// The map itself.
pub fn grid(desk: Desk) -> impl IntoView {
    let empty = {
        let stages = desk.editor.stage_order();
        Memo::new(move |_| stages.with(Vec::is_empty))
    };
    let inner = dynamic(move || {
        if empty.get() && desk.editor.adrift().with(Vec::is_empty) {
            blank(desk).into_any()
        } else {
            full(desk).into_any()
        }
    });
    canvas(desk, any(inner))
}

/// The ground that cards lie on: presses, drags and keys.
pub fn canvas(desk: Desk, inner: AnyView) -> AnyView {
    let language = desk.language;
    let drag = drag::Dragging::new(desk, ground::MAP);
    view! {
        <main
            class="canvas"
            id="main"
            tabindex="0"
            aria-label=move || t_string!(language, map.label)
            on:click=move |event| keys::press(desk, &event)
            on:dblclick=move |event| keys::double_press(desk, &event)
            on:focusin=move |event| keys::focused(desk, &event)
            on:contextmenu=move |event| keys::context_menu(desk, &event)
            on:pointerdown=move |event| {
                keys::pressed(desk, &event);
                drag.down(&event);
            }
            on:pointermove=move |event| drag.moved(&event)
            on:pointerup=move |event| drag.up(&event)
            on:pointercancel=move |event| drag.lost(&event)
            on:touchmove=move |event| drag.hold_scroll(&event)
        >
            {inner}
        </main>
    }
    .into_any()
}

fn blank(desk: Desk) -> impl IntoView {
    let language = desk.language;
    // Hidden ones are no reason to make new ones.
    let hidden = dynamic(move || {
        let all = desk.editor.follow_board(|_, layout| layout.all_stages.clone());
        let buttons = all.into_iter().map(|id| {
            let name = desk.name_of(Entity::Stage(id));
            any(view! {
                <button class="btn" type="button" on:click=move |_| _ = desk.apply(Edit::Hide(Entity::Stage(id), false))>
                    {t_string!(language, map.show_hidden, name = name)}
                </button>
            })
        });
        buttons.collect::<Vec<_>>()
    });
    view! {
        <div class="blank">
            <h2 class="blank__title">{t!(language, map.stages_empty_title)}</h2>
            <p class="blank__hint">{t!(language, map.stages_empty_hint)}</p>
            {hidden}
            <button class="btn btn--main" type="button" on:click=move |_| add_stage(desk, None)>
                <Icon glyph=Glyph::Plus />
                {t!(language, map.stage_add)}
            </button>
        </div>
    }
}

fn full(desk: Desk) -> impl IntoView {
    let language = desk.language;
    let (stages, adrift) = (desk.editor.stage_order(), desk.editor.adrift());
    let rows = rows(desk);
    let bands = bands(desk);
    let any_adrift = {
        let adrift = adrift.clone();
        Memo::new(move |_| adrift.with(|list| !list.is_empty()))
    };
    let style = {
        let stages = stages.clone();
        text(move || {
            let columns = stages.with(Vec::len) + usize::from(any_adrift.get());
            let above = rows
                .with(|rows| rows.iter().position(|row| row.kind == LaneKind::Touchpoints))
                .unwrap_or(0);
            // Two rows of heads, the lanes above the cards, and the cards take the room that is left.
            let mut style = format!(
                "--n:{columns};--stages:{};zoom:{}%;",
                stages.with(Vec::len),
                desk.zoom.get()
            );
            let _ = write!(style, "grid-template-rows:repeat({},auto) 1fr;--tints:", above + 2);
            tints(&bands.get(), &mut style);
            style
        })
    };
    view! {
        <div class="grid" style=style>
            <div class="corner">{seen_by(desk)}</div>
            {phase_row(desk, bands)}
            {move || any_adrift.get().then(|| view! { <div class="phase"></div> })}
            <div class="row" data-row="head">
                <div class="corner corner--2">{felt_by(desk)}</div>
                {each(move || stages.get(), move |id| stage_head(desk, id))}
                {move || {
                    any_adrift
                        .get()
                        .then(|| {
                            view! {
                                <div class="stage" data-col="adrift">
                                    <h2 class="stage__name">{t!(language, map.adrift_title)}</h2>
                                </div>
                            }
                        })
                }}
            </div>
            {each(move || rows.get(), move |lane| row(desk, lane))}
            <div class="lane lane--add" data-row="add" data-col="lane">
                <button
                    class="goal-add"
                    type="button"
                    aria-haspopup="menu"
                    on:click=move |event| desk.menu.set(Menu::lanes(&event))
                >
                    <Icon glyph=Glyph::Plus small=true />
                    <span>{t!(language, lane.add)}</span>
                </button>
            </div>
        </div>
    }
}

/// On a phone a lane's name stands over its columns; this paints their tints behind it.
fn tints(bands: &[(Phase, usize)], style: &mut String) {
    let mut column = 0;
    let mut any = false;
    for (phase, span) in bands {
        if *phase == Phase::During {
            let comma = if any { "," } else { "" };
            let _ = write!(
                style,
                "{comma}linear-gradient(var(--paper-2),var(--paper-2)) calc({column}*var(--phone-col)) 0/calc({span}*var(--phone-col)) 100% no-repeat"
            );
            any = true;
        }
        column += span;
    }
    if !any {
        style.push_str("none");
    }
}
