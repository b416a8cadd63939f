namespace FederatedQuery.Tiering;

public enum TieringErrorKind
{
    /// <summary>There is no such table, column or file.</summary>
    NotFound,

    /// <summary>There is no such job.</summary>
    JobNotFound,

    /// <summary>An argument is not what it has to be.</summary>
    InvalidArgument,

    /// <summary>The table is not fit for what was asked.</summary>
    NotAllowed,

    /// <summary>The rows to load are not readable, or do not fit the table.</summary>
    InvalidSource,

    /// <summary>The rows would break a constraint of the table: a key that is there already, a missing value, a row that is referred to.</summary>
    ConstraintViolated,

    /// <summary>Others were in the way in every attempt; the same may succeed later.</summary>
    Busy,

    /// <summary>The job that the work belongs to was cancelled, or another process has taken it over. Nothing was committed.</summary>
    LeaseLost,

    /// <summary>Rows are not what the ledger has, or in both tiers, or cannot be read.</summary>
    Violated,

    /// <summary>A job's part failed or was cancelled; the others have done their work.</summary>
    PartFailed,
}
