namespace FederatedQuery.Hot.Control.Verification;

/// <summary>Something that is not as the ledger, or the promise that each row is in one tier once, has it.</summary>
/// <param name="Day">In UTC; 0001-01-01 for rows whose time is null or infinite.</param>
/// <param name="Kind">One of those of <see cref="ViolationKind"/>.</param>
/// <param name="Detail">For people: what was expected and what is there.</param>
public sealed record Violation(DateOnly Day, string Kind, string Detail);

/// <summary>Kinds of violations, as stored.</summary>
public static class ViolationKind
{
    /// <summary>What looking at days on their own finds, or finds gone.</summary>
    public static readonly IReadOnlyList<string> OfDays = [MissingRows, ExtraRows, ChangedRows, DoubledKeys, UnreadableFile];

    /// <summary>The same of looking at the keys of all days.</summary>
    public static readonly IReadOnlyList<string> OfKeys = [KeysOnSeveralDays];

    /// <summary>Fewer cold rows than the ledger has.</summary>
    public const string MissingRows = "missing-rows";

    /// <summary>More cold rows than the ledger has.</summary>
    public const string ExtraRows = "extra-rows";

    /// <summary>As many cold rows, but not the same.</summary>
    public const string ChangedRows = "changed-rows";

    /// <summary>A primary key of several cold rows of days that are looked at together, or of a cold and a hot one.</summary>
    public const string DoubledKeys = "doubled-keys";

    /// <summary>A primary key of cold rows of days that share no file; of the first of them.</summary>
    public const string KeysOnSeveralDays = "keys-on-several-days";

    /// <summary>A file that the table names is missing or damaged.</summary>
    public const string UnreadableFile = "unreadable-file";
}
