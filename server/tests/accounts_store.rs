//! The SQLite store does for people and teams what every store must.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

for_every_people_rule!(
    a_server_is_set_up_once_and_its_boards_get_a_team,
    an_address_is_had_once_however_it_is_written,
    an_invitation_raced_by_many_lets_in_as_many_as_it_may,
    an_invitation_that_is_over_or_taken_back_lets_nobody_in,
    nobodys_role_gets_less_by_an_invitation,
    a_team_keeps_an_owner,
    a_session_takes_the_place_of_the_one_before,
    a_session_that_is_over_is_over_for_good,
    a_link_to_a_new_password_works_once_and_signs_out,
    who_deletes_their_account_takes_along_what_is_theirs_alone,
    who_is_only_in_teams_of_an_owner_is_known,
    what_was_done_outlives_who_did_it,
    what_lay_in_the_bin_long_enough_goes_for_good,
);
