namespace FederatedQuery.Iceberg;

public enum IcebergErrorKind
{
    /// <summary>Table metadata, a schema, a partition spec or a sort order breaks a rule of the specification.</summary>
    InvalidMetadata,

    /// <summary>A manifest, manifest list or other file cannot be read as what it should be.</summary>
    InvalidFile,

    /// <summary>A value is not one of its type: a text that is no date, bytes of the wrong length.</summary>
    InvalidValue,

    /// <summary>A predicate names an unknown column or compares with a value of the wrong type.</summary>
    InvalidExpression,

    /// <summary>Valid by some version of the specification, but not done here.</summary>
    Unsupported,

    /// <summary>No such table, namespace, snapshot or reference.</summary>
    NotFound,

    AlreadyExists,

    /// <summary>A namespace that is to be dropped has tables, or namespaces below it.</summary>
    NotEmpty,

    /// <summary>Somebody else committed first; nothing was changed by this attempt.</summary>
    CommitConflict,

    /// <summary>Somebody else has changed what the commit was planned on; nothing was done, and it must be planned again.</summary>
    ValidationFailed,

    /// <summary>The catalog does not accept this process's credentials, or does not allow what was asked.</summary>
    AccessDenied,

    /// <summary>The catalog does not answer, or has more to do than it can; later it may.</summary>
    Unavailable,

    /// <summary>The commit may or may not have landed: read back before doing anything.</summary>
    CommitStateUnknown,
}
