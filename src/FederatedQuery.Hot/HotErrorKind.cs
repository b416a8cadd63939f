namespace FederatedQuery.Hot;

/// <summary>What went wrong in the hot tier, for callers that treat the kinds differently.</summary>
public enum HotErrorKind
{
    /// <summary>The embedded server could not be found, prepared, started or stopped.</summary>
    EmbeddedServer,

    /// <summary>PostgreSQL could not be reached, or the connection broke.</summary>
    Connection,

    /// <summary>A table, column or role is not there.</summary>
    NotFound,

    /// <summary>A type, value or statement that the hot tier does not take.</summary>
    Unsupported,

    /// <summary>A value that does not fit the type it is read or written as.</summary>
    Value,

    /// <summary>Bytes of the COPY protocol that are not as documented.</summary>
    Protocol,

    /// <summary>A statement that is not PostgreSQL's SQL.</summary>
    Syntax,

    /// <summary>A statement that raw SQL may not run.</summary>
    NotAllowed,

    /// <summary>A value given beside a statement that does not fit it.</summary>
    Argument,

    /// <summary>Rows that cannot leave PostgreSQL, for something else in the database holds them there.</summary>
    Immovable,
}
