//! Work that is begun before its outcome is needed, beside other work.

use std::sync::Mutex;
use std::thread::JoinHandle;

/// An outcome that is on its way.
#[derive(Debug)]
pub struct Ahead<T>(Mutex<Option<JoinHandle<T>>>);

impl<T: Send + 'static> Ahead<T> {
    pub fn begin(work: impl FnOnce() -> T + Send + 'static) -> Self {
        Self(Mutex::new(Some(std::thread::spawn(work))))
    }

    /// Waits for the outcome; `None` once it was given out. A panic goes on here.
    pub fn take(&self) -> Option<T> {
        let begun = self.0.lock().unwrap_or_else(|it| it.into_inner()).take();
        begun.map(|thread| {
            let outcome = thread.join();
            outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    }
}
