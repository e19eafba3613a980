//! Who may do what, over real sockets: roles, and what happens when they change while somebody is connected.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::time::{Duration, Instant};

use model::{
    access::Role,
    edit::Edit,
    id::{BoardId, CommentId, StageId},
    items::Anchor,
    teams::{Home, Pile},
    wire::RefusalCode,
};
use server::{
    access::{Admission, Change},
    bin,
    store::{Accounts, Changed, Shelf, Store},
};
use support::{
    net::{Net, brisk, until},
    peer::{Dialect, Peer, stage},
    team::{Somebody, Team},
};
use tokio_tungstenite::tungstenite::http::StatusCode;

/// A server with accounts, a team, and a board of it with a stage.
async fn scene() -> (Net, Team, BoardId) {
    let net = Net::start().await;
    let board = BoardId::fresh();
    let mut editor = net.join(board).await;
    editor.save(stage("Nhận biết")).await;
    let folder = net.stopped().await;
    let (rooms, sync) = brisk();
    let net = Net::start_as(Admission::Accounts, folder, rooms, sync).await;
    // Whoever sets the server up gets what was made in open mode.
    let team = Team::with(&net.store.inner).await;
    (net, team, board)
}

fn comment(peer: &Peer, text: &str) -> Edit {
    let stage: StageId = *peer.doc.board().stages.keys().next().unwrap();
    Edit::AddComment {
        id: CommentId::fresh(),
        on: Anchor::Stage(stage),
        name: "Linh".to_owned(),
        text: text.to_owned(),
    }
}

/// How a socket of ours ends: why, and that it was told so before.
async fn ended(peer: &mut Peer) -> (u16, Vec<RefusalCode>) {
    peer.until("the end", |peer| peer.closed.is_some()).await;
    let codes = peer.refusals.iter().map(|(_, code)| *code).collect();
    (peer.closed.clone().unwrap().0, codes)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f34_who_may_not_see_a_board_is_answered_as_if_there_were_none() {
    let (net, team, board) = scene().await;
    let outsider = team.outsider().await;
    for board in [board, BoardId::fresh()] {
        let refused = net.dial_as(&outsider, board, Dialect::Standard).await;
        assert_eq!(refused.err(), Some(StatusCode::NOT_FOUND));
        let mut told = net.dial_as(&outsider, board, Dialect::Touchloop).await.unwrap();
        assert_eq!(ended(&mut told).await, (1008, vec![RefusalCode::NotAllowed]));
    }
    let nobody = Somebody {
        account: outsider.account.clone(),
        secret: "guessed".to_owned(),
    };
    let refused = net.dial_as(&nobody, board, Dialect::Standard).await;
    assert_eq!(refused.err(), Some(StatusCode::UNAUTHORIZED));
    // A board begins by being made: opening makes none.
    let owner = net.dial_as(&team.owner, BoardId::fresh(), Dialect::Standard).await;
    assert_eq!(owner.err(), Some(StatusCode::NOT_FOUND));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a21_each_role_changes_what_it_covers() {
    let (net, team, board) = scene().await;
    let mut owner = net.join_as(&team.owner, board, Dialect::Touchloop).await;
    for (role, comments, edits) in [
        (Role::Viewer, false, false),
        (Role::Commenter, true, false),
        (Role::Editor, true, true),
        (Role::Owner, true, true),
    ] {
        let somebody = team.member(role).await;
        let mut peer = net.join_as(&somebody, board, Dialect::Touchloop).await;
        peer.save(comment(&peer, role.word())).await;
        assert_eq!(peer.refusals.is_empty(), comments, "{role:?} comments");
        let mut peer = net.join_as(&somebody, board, Dialect::Touchloop).await;
        peer.save(stage(role.word())).await;
        assert_eq!(peer.refusals.is_empty(), edits, "{role:?} edits");
        assert_eq!(net.stored(board).await.stages.len() > 1, edits);
    }
    owner.sync().await;
    assert_eq!(*owner.board(), net.stored(board).await);
    assert_eq!(owner.board().items.len(), 3, "comments of three roles");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f32_f36_who_loses_access_is_out_within_a_second() {
    let (net, team, board) = scene().await;
    let accounts = net.store.inner.clone();
    let mut witness = net.join_as(&team.owner, board, Dialect::Touchloop).await;
    // Each takes somebody's access away in another way.
    for way in ["signed out", "removed", "password", "binned"] {
        let linh = team.member(Role::Editor).await;
        let mut peer = net.join_as(&linh, board, Dialect::Touchloop).await;
        peer.save(stage(way)).await;
        let since = Instant::now();
        match way {
            "signed out" => {
                accounts.end_session(linh.session()).await.unwrap();
                net.access.changed(Change::Session(linh.session()));
            }
            "removed" => {
                let removed = accounts.remove_member(team.id, linh.account.id).await.unwrap();
                assert_eq!(removed, Changed::Done);
                net.access.changed(Change::Team(team.id));
            }
            "password" => {
                accounts
                    .set_password(linh.account.id, "new".to_owned(), None)
                    .await
                    .unwrap();
                net.access.changed(Change::Person(linh.account.id));
            }
            _ => {
                accounts.put(board, Pile::Bin).await.unwrap();
                net.access.changed(Change::Board(board));
            }
        }
        assert_eq!(ended(&mut peer).await, (1008, vec![RefusalCode::NotAllowed]), "{way}");
        assert!(since.elapsed() < Duration::from_secs(1), "{way}: {:?}", since.elapsed());
    }
    assert_eq!(ended(&mut witness).await.0, 1008, "nobody looks at what is in the bin");
    accounts.put(board, Pile::Shelf).await.unwrap();
    let back = net.join_as(&team.owner, board, Dialect::Touchloop).await;
    assert_eq!(back.board().stages.len(), 5, "nothing is lost by it");
}

/// Whoever still has a board open that leaves the bin is out, and nothing that is under way brings it back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_deleted_for_good_stays_deleted_though_somebody_has_it_open() {
    let (net, team, board) = scene().await;
    let mut peer = net.join_as(&team.owner, board, Dialect::Touchloop).await;
    peer.save(stage("Trước khi xoá")).await;
    let store = &net.store.inner;
    store.put(board, Pile::Bin).await.unwrap();
    assert_eq!(
        bin::empty(&**store, &net.access, Duration::from_secs(60))
            .await
            .unwrap(),
        0
    );
    assert_eq!(bin::empty(&**store, &net.access, Duration::ZERO).await.unwrap(), 1);
    assert_eq!(ended(&mut peer).await, (1008, vec![RefusalCode::NotAllowed]));
    until("the room leaves", || net.rooms.open_boards() == 0).await;
    assert_eq!(store.load(board).await.unwrap(), None);
}

/// The account of whoever a board belongs to is deleted while a room has it in memory, and nobody has told the room.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_board_of_a_deleted_account_does_not_come_back_by_an_edit() {
    let (net, team, board) = scene().await;
    let linh = team.outsider().await;
    let store = &net.store.inner;
    store.give(board, Home::Person(linh.account.id)).await.unwrap();
    let mut peer = net.join_as(&linh, board, Dialect::Touchloop).await;
    let (deleted, boards) = store.delete_person(linh.account.id).await.unwrap();
    assert_eq!((deleted, boards), (Changed::Done, vec![board]));
    peer.edit(stage("Sau khi xoá")).await;
    assert_eq!(ended(&mut peer).await.0, 1008);
    until("the room leaves", || net.rooms.open_boards() == 0).await;
    assert_eq!(store.load(board).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a22_another_role_is_another_socket() {
    let (net, team, board) = scene().await;
    let linh = team.member(Role::Editor).await;
    let mut peer = net.join_as(&linh, board, Dialect::Touchloop).await;
    peer.save(stage("as an editor")).await;
    let accounts = &net.store.inner;
    accounts.set_role(team.id, linh.account.id, Role::Viewer).await.unwrap();
    net.access.changed(Change::Team(team.id));
    assert_eq!(ended(&mut peer).await, (1012, vec![]), "come back as what you are");
    let mut peer = net.join_as(&linh, board, Dialect::Touchloop).await;
    peer.save(stage("as a viewer")).await;
    assert_eq!(peer.refusals, [(1, RefusalCode::NotAllowed)]);
    assert!(
        !net.stored(board)
            .await
            .stages
            .values()
            .any(|it| it.name == "as a viewer")
    );
}

/// F37: what was written while the right was taken is refused with the reason, and the writer still has it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f37_edits_made_after_the_right_was_taken_are_refused_and_kept() {
    let (net, team, board) = scene().await;
    let linh = team.member(Role::Editor).await;
    let away = net.join_as(&linh, board, Dialect::Touchloop).await;
    let mut draft = model::doc::BoardDoc::open(server::env::ENV, &away.doc.encode()).unwrap();
    drop(away);
    draft.edit(stage("written on a train")).unwrap();
    let before = net.stored(board).await;
    net.store
        .inner
        .set_role(team.id, linh.account.id, Role::Commenter)
        .await
        .unwrap();

    let mut back = net.join_as(&linh, board, Dialect::Touchloop).await;
    let update = draft.encode_since(&back.doc.state_vector()).unwrap();
    back.send(model::wire::Message::SyncStep2(&update)).await;
    back.saved().await;
    assert_eq!(back.refusals, [(1, RefusalCode::NotAllowed)]);
    assert_eq!(net.stored(board).await, before, "others are unharmed");
    assert!(draft.board().stages.values().any(|it| it.name == "written on a train"));
}
