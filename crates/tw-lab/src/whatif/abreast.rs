//! Work that is shared: workers begin at either end of it and go on until they meet, so that no one waits for another whose
//! jobs take longer, and each does jobs that follow each other.
use std::sync::{Mutex, PoisonError};

/// Has the workers do all jobs side by side. Results are in the order of the jobs, whoever did them.
///
/// Errors: the first that a worker had; it does no more then, and the others do what is left.
pub fn abreast<W: Send, J: Sync, T: Send, E: Send>(
    workers: &mut [W],
    jobs: &[J],
    work: impl Fn(&mut W, &J) -> Result<T, E> + Sync,
) -> Result<Vec<T>, E> {
    let waiting = Mutex::new(0..jobs.len());
    let next = |from_the_front: bool| {
        let mut waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if from_the_front { waiting.next() } else { waiting.next_back() }
    };
    let done_by = &|worker: &mut W, from_the_front: bool| -> Result<Vec<(usize, T)>, E> {
        std::iter::from_fn(|| next(from_the_front)).map(|n| Ok((n, work(worker, &jobs[n])?))).collect()
    };
    let parts = std::thread::scope(|scope| {
        let workers = workers.iter_mut().enumerate();
        let threads: Vec<_> = workers.map(|(n, worker)| scope.spawn(move || done_by(worker, n % 2 == 0))).collect();
        let ended = threads.into_iter().map(|t| t.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        ended.collect::<Vec<_>>()
    });
    let mut done = vec![];
    for part in parts {
        done.extend(part?);
    }
    done.sort_by_key(|(n, _)| *n);
    Ok(done.into_iter().map(|(_, result)| result).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        sync::Condvar,
        time::{Duration, Instant},
    };

    #[test]
    fn nobody_waits_for_one_whose_job_takes_long_and_results_are_in_order() {
        let done = (Mutex::new(0), Condvar::new());
        let jobs: Vec<usize> = (0..20).collect();
        let mut counts = [0, 0];
        let doubled = abreast(&mut counts, &jobs, |count, job| {
            let mut others = done.0.lock().unwrap();
            // The first takes until all others are done.
            let begun = Instant::now();
            while *job == 0 && *others < 19 {
                others = done.1.wait_timeout(others, Duration::from_secs(1)).unwrap().0;
                if begun.elapsed() > Duration::from_secs(20) {
                    return Err("the others wait for it");
                }
            }
            *others += 1;
            *count += 1;
            done.1.notify_all();
            Ok(job * 2)
        });
        assert_eq!(doubled, Ok(jobs.iter().map(|job| job * 2).collect()));
        assert_eq!(counts.iter().sum::<i32>(), 20);
    }

    #[test]
    fn an_error_is_told_and_the_others_do_the_rest() {
        let jobs: Vec<usize> = (0..20).collect();
        let done = Mutex::new(vec![]);
        let told = abreast(&mut [(), ()], &jobs, |(), job| match *job {
            7 => Err(*job),
            job => {
                done.lock().unwrap().push(job);
                Ok(())
            }
        });
        assert_eq!(told, Err(7));
        assert_eq!(done.lock().unwrap().len(), 19);
        assert_eq!(abreast(&mut [()], &jobs[..0], |(), _| Ok::<(), ()>(())), Ok(vec![]), "nothing to do");
        assert_eq!(abreast(&mut [(); 5], &jobs, |(), job| Ok::<_, ()>(*job)), Ok(jobs.clone()), "more than two");
    }
}
