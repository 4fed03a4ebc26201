//! What was measured between two threads, as a table and as JSON.

use serde_json::{Value, json};

use crate::table::{Table, figure};

/// The figures of one row in one column, a figure for each round.
#[derive(Debug, Default)]
pub(crate) struct Runs(pub(crate) Vec<f64>);

impl Runs {
    fn median(&self) -> Option<f64> {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied()
    }

    fn least(&self) -> Option<f64> {
        self.0.iter().copied().min_by(f64::total_cmp)
    }
}

fn ratio(of: Option<f64>, to: Option<f64>) -> String {
    let ratio = of.zip(to).map(|(of, to)| format!("{:.2}×", of / to));
    ratio.unwrap_or_else(|| figure(None))
}

/// One measurement of all contenders.
#[derive(Debug)]
pub(crate) struct Results {
    /// Its name in the JSON.
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) columns: Vec<&'static str>,
    /// Each contender, with its runs for each column.
    pub(crate) rows: Vec<(&'static str, Vec<Runs>)>,
}

impl Results {
    /// Lays the results out; where there is one column, with each row as a multiple of the first.
    pub(crate) fn table(&self) -> Table {
        if self.columns.len() > 1 {
            return self.columns_table();
        }
        let mut table = Table::new(&["", self.unit, "least", "to the first"]);
        let first = self.rows[0].1[0].median();
        for (name, runs) in &self.rows {
            table.row(vec![
                (*name).to_owned(),
                figure(runs[0].median()),
                figure(runs[0].least()),
                ratio(runs[0].median(), first),
            ]);
        }
        table
    }

    fn columns_table(&self) -> Table {
        let mut head = vec![""];
        head.extend(&self.columns);
        let mut table = Table::new(&head);
        for (name, columns) in &self.rows {
            let mut cells = vec![(*name).to_owned()];
            cells.extend(columns.iter().map(|runs| figure(runs.median())));
            table.row(cells);
        }
        table
    }

    /// The unit, and for each row and column the figure of every round.
    pub(crate) fn json(&self) -> Value {
        let rows = self.rows.iter().map(|(name, columns)| {
            let runs = columns.iter().map(|runs| json!(runs.0));
            let named = self.columns.iter().map(|column| (*column).to_owned());
            json!({"name": name, "runs": Value::Object(named.zip(runs).collect())})
        });
        json!({"unit": self.unit, "rows": rows.collect::<Vec<_>>()})
    }
}
