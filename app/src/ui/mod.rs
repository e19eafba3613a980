//! The small parts that every screen is put together from.

pub mod bar;
pub mod curve;
pub mod dialog;
pub mod dynamic;
pub mod icons;
pub mod live;
pub mod marks;
pub mod markup;
pub mod memo;
pub mod ring;
pub mod series;
pub mod toast;
