namespace FederatedQuery.Hot.Control.Verification;

/// <summary>Something that is not as the ledger, or the promise that each row is in one tier once, has it.</summary>
/// <param name="Day">In UTC; 0001-01-01 for rows whose time is null or infinite.</param>
/// <param name="Kind">One of those of <see cref="ViolationKind"/>.</param>
/// <param name="Detail">For people: what was expected and what is there.</param>
public sealed record Violation(DateOnly Day, string Kind, string Detail);

/// <summary>Kinds of violations, as stored.</summary>
public static class ViolationKind
{
    /// <summary>Fewer cold rows than the ledger has.</summary>
    public const string MissingRows = "missing-rows";

    /// <summary>More cold rows than the ledger has.</summary>
    public const string ExtraRows = "extra-rows";

    /// <summary>As many cold rows, but not the same.</summary>
    public const string ChangedRows = "changed-rows";

    /// <summary>A primary key of several cold rows, or of a cold and a hot one.</summary>
    public const string DoubledKeys = "doubled-keys";

    /// <summary>A file that the table names is missing or damaged.</summary>
    public const string UnreadableFile = "unreadable-file";
}
