//! A thread that does orders one after the other and tells what came of them, so that the window
//! never waits for disks and decoders.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};

use egui::Context;

/// The window's end: orders go in, replies come out.
pub struct Worker<O, R> {
    orders: Option<Sender<O>>,
    replies: Receiver<R>,
    stopped: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// The thread's end.
pub struct Desk<R> {
    replies: Sender<R>,
    stopped: Arc<AtomicBool>,
    wake: Context,
}

impl<R> Desk<R> {
    /// Tells the window something and wakes it.
    pub fn tell(&self, reply: R) {
        // If the window is gone, nobody listens any more.
        let _ = self.replies.send(reply);
        self.wake.request_repaint();
    }

    /// Whether the window closes: what may be left undone is then left.
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}

impl<O: Send + 'static, R: Send + 'static> Worker<O, R> {
    /// Starts a thread of that name. `work` is called for each order, in their order.
    pub fn start(
        name: &str,
        ctx: &Context,
        mut work: impl FnMut(&Desk<R>, O) + Send + 'static,
    ) -> Self {
        let (orders, inbox) = mpsc::channel();
        let (outbox, replies) = mpsc::channel();
        let stopped = Arc::new(AtomicBool::new(false));
        let desk = Desk {
            replies: outbox,
            stopped: Arc::clone(&stopped),
            wake: ctx.clone(),
        };
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || {
            for order in inbox {
                // A panic says so itself; the orders after it are done all the same.
                let _ = catch_unwind(AssertUnwindSafe(|| work(&desk, order)));
            }
        });
        Self {
            orders: Some(orders),
            replies,
            stopped,
            // Without a thread the orders have no receiver and are dropped.
            thread: thread.ok(),
        }
    }

    /// Asks for something to be done after everything that was asked for before.
    pub fn order(&self, order: O) {
        if let Some(orders) = &self.orders {
            // A thread that has ended does nothing any more.
            let _ = orders.send(order);
        }
    }

    /// What has been told since the last time.
    pub fn replies(&self) -> impl Iterator<Item = R> + '_ {
        self.replies.try_iter()
    }
}

impl<O, R> Drop for Worker<O, R> {
    /// Waits until what was ordered is done: nothing of the user's gets lost.
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            // Panics end with their order, not with the thread.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_done_in_their_order_and_none_is_lost_at_the_end() {
        let (sender, done) = mpsc::channel();
        let worker: Worker<u32, u32> = Worker::start("test", &Context::default(), {
            move |desk, order| {
                desk.tell(order * 2);
                sender.send(order).unwrap();
            }
        });
        for order in 0..100 {
            worker.order(order);
        }
        drop(worker);
        assert_eq!(
            done.try_iter().collect::<Vec<_>>(),
            (0..100).collect::<Vec<_>>()
        );
    }

    #[test]
    fn an_order_that_panics_does_not_take_the_others_with_it() {
        let (sender, done) = mpsc::channel();
        let worker: Worker<u32, u32> = Worker::start("test", &Context::default(), {
            move |_, order| {
                assert_ne!(order, 1, "this one fails");
                sender.send(order).unwrap();
            }
        });
        (0..3).for_each(|order| worker.order(order));
        drop(worker);
        assert_eq!(done.try_iter().collect::<Vec<_>>(), [0, 2]);
    }
}
