namespace FederatedQuery.Hot.Introspection;

/// <summary>The binary formats of PostgreSQL that this project reads and writes (each type's send and receive functions).</summary>
public enum PostgresWireKind
{
    /// <summary>No format that is understood: the value has to be cast to text.</summary>
    Other,
    Bool,
    Int2,
    Int4,
    Int8,
    Float4,
    Float8,
    Numeric,

    /// <summary>Days since 2000-01-01.</summary>
    Date,

    /// <summary>Microseconds since midnight.</summary>
    Time,

    /// <summary>Microseconds since 2000-01-01, with or without time zone.</summary>
    Timestamp,

    /// <summary>UTF-8; also the label of an enum and the text of json.</summary>
    Text,
    Bytea,
    Uuid,

    /// <summary>One byte of version, 1, then the text.</summary>
    Jsonb,
    Array,
    Record,
}
