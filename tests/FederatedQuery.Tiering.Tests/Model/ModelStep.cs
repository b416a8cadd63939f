namespace FederatedQuery.Tiering.Tests.Model;

/// <summary>How a process dies in the middle of a step.</summary>
/// <param name="StoreOperations">After so many operations on the store, if it does as many.</param>
/// <param name="Milliseconds">At the latest.</param>
internal sealed record Death(int StoreOperations, int Milliseconds);

/// <summary>What is done to a tiered table, and what is asked of it. Days are counted from <see cref="ModelTable.FirstDay"/>.</summary>
internal abstract record ModelStep
{
    /// <summary>New rows of one day, which may have been moved long ago.</summary>
    internal sealed record Insert(int Day, int Rows) : ModelStep;

    /// <summary>Hot rows get another amount and note.</summary>
    internal sealed record Update(int Modulus, int Remainder) : ModelStep;

    /// <summary>Hot rows go to another day.</summary>
    internal sealed record Shift(int Modulus, int Remainder, int Days) : ModelStep;

    internal sealed record DeleteHot(int Modulus, int Remainder) : ModelStep;

    /// <summary>Cold rows of a note and at least an amount, as another engine deletes them: without a word to the ledger.</summary>
    internal sealed record DeleteCold(int Note, int Amount) : ModelStep;

    /// <summary>A job, and possibly the death of the process that runs it; another takes it over then.</summary>
    internal sealed record Work(string Kind, string? Arguments, Death? Death) : ModelStep
    {
        /// <summary>What was written to both tiers in the meantime.</summary>
        public Insert? Meanwhile { get; init; }
    }

    /// <summary>Days go by in which nothing happens; snapshots grow old.</summary>
    internal sealed record Wait(int Days) : ModelStep;

    /// <summary>Rows of a note and at least an amount, in whichever tier they are, by a job whose process may die.</summary>
    internal sealed record Erase(int Note, int Amount, Death? Death) : ModelStep;

    /// <summary>Rows of a note and at least an amount get another amount, in whichever tier they are, or go; by a process that may die, beside a job that may be running.</summary>
    /// <param name="NewAmount">Null: they go.</param>
    internal sealed record Change(int Note, int Amount, int? NewAmount, Death? Death, Work? Beside) : ModelStep;

    /// <summary>New rows of one day, not by SQL but as the gateway inserts them.</summary>
    internal sealed record Add(Insert Rows, Death? Death) : ModelStep;

    internal sealed record Query(ModelQuery What) : ModelStep;

    /// <summary>The process dies while it does nothing.</summary>
    internal sealed record Kill : ModelStep;
}

/// <summary>Which rows: all conditions that are not null together.</summary>
internal sealed record ModelQuery(int? FromDay, int? ToDay, int? Note, int? LeastAmount, int? Modulus);
