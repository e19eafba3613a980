//! Comments as threads.

use std::collections::BTreeMap;

use crate::board::Board;
use crate::edit::Entity;
use crate::id::CommentId;
use crate::items::{Anchor, Comment, Item};

/// A comment and its answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thread<'a> {
    /// The comment that opened it; shown as taken back when it is in the trash.
    pub first: &'a Comment,
    /// The answers in order. Those in the trash are among them, to be shown as taken back.
    pub replies: Vec<&'a Comment>,
}

impl Thread<'_> {
    /// What it speaks of. It may be in the trash or gone: the thread stays.
    #[must_use]
    pub fn anchor(&self) -> Anchor {
        self.first.on
    }

    /// How many comments were ever made in it. A device that keeps this number of a thread it has shown knows
    /// later how many are new, without a clock: comments never go, they go to the trash.
    #[must_use]
    pub fn count(&self) -> usize {
        1 + self.replies.len()
    }

    /// How many are new to a device that has seen that many.
    #[must_use]
    pub fn unread(&self, seen: usize) -> usize {
        self.count().saturating_sub(seen)
    }

    /// When the last comment was written, in milliseconds since 1970 by its author's clock.
    #[must_use]
    pub fn latest(&self) -> u64 {
        let replies = self.replies.iter().map(|reply| reply.written.at);
        replies.fold(self.first.written.at, u64::max)
    }
}

impl Board {
    /// Every thread in which a comment is left, oldest first. An answer to what is not the first comment of a
    /// thread, or gone, is a thread of its own.
    #[must_use]
    pub fn threads(&self) -> Vec<Thread<'_>> {
        let comments = self.items.values().filter_map(|item| match item {
            Item::Comment(comment) => Some(comment),
            _ => None,
        });
        let head_of = |comment: &Comment| match comment.on {
            Anchor::Reply(head) => match self.items.get(&Entity::Comment(head)) {
                Some(Item::Comment(first)) if !matches!(first.on, Anchor::Reply(_)) => Some(head),
                _ => None,
            },
            _ => None,
        };
        let mut threads: BTreeMap<CommentId, Thread<'_>> = BTreeMap::new();
        let mut replies: Vec<(CommentId, &Comment)> = Vec::new();
        for comment in comments {
            match head_of(comment) {
                Some(head) => replies.push((head, comment)),
                None => {
                    let (first, replies) = (comment, Vec::new());
                    threads.insert(comment.id, Thread { first, replies });
                }
            }
        }
        replies.sort_unstable_by_key(|(_, reply)| (&reply.rank, reply.id));
        for (head, reply) in replies {
            if let Some(thread) = threads.get_mut(&head) {
                thread.replies.push(reply);
            }
        }
        let is_left = |thread: &Thread<'_>| {
            thread.first.trashed.is_none() || thread.replies.iter().any(|reply| reply.trashed.is_none())
        };
        threads.into_values().filter(is_left).collect()
    }
}
