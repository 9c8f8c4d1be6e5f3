//! Finds cycles among nodes that wait for each other.

/// Some cycles, at least one before every node that waits: each as places in the direction of
/// the wires. `before` holds, for each node, the waiting nodes that it waits for.
///
/// From each node one goes to the first node that it waits for, until a node comes again; so it
/// takes one pass, and every node that waits is in or behind a cycle found.
pub(super) fn cycles(before: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut seen_in: Vec<Option<usize>> = vec![None; before.len()];
    let mut cycles = Vec::new();
    for start in 0..before.len() {
        let mut path = Vec::new();
        let mut at = start;
        while seen_in[at].is_none() {
            seen_in[at] = Some(start);
            path.push(at);
            match before[at].first() {
                Some(&next) => at = next,
                None => break,
            }
        }
        let closes_here = seen_in[at] == Some(start) && !before[at].is_empty();
        if let Some(from) = path
            .iter()
            .position(|place| *place == at)
            .filter(|_| closes_here)
        {
            let mut cycle = path.split_off(from);
            cycle.reverse();
            cycles.push(cycle);
        }
    }
    cycles
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_each_ring_once() {
        // 0 waits for nothing; 1 for 2, 2 for 3, 3 for 1; 4 for 1; 5 for itself.
        let before = [vec![], vec![2], vec![3], vec![1], vec![1], vec![5]];
        assert_eq!(cycles(&before), vec![vec![3, 2, 1], vec![5]]);
    }
}
