namespace FederatedQuery.Iceberg.Spec;

/// <summary>
/// The kinds of types of the specification. The primitive kinds up to <see cref="Binary"/> are those a <see cref="Literal"/> can
/// have.
/// </summary>
public enum TypeId : byte
{
    Boolean,
    Int,
    Long,
    Float,
    Double,
    Decimal,
    Date,
    Time,
    Timestamp,
    Timestamptz,
    TimestampNs,
    TimestamptzNs,
    String,
    Uuid,
    Fixed,
    Binary,
    Unknown,
    Geometry,
    Geography,
    Variant,
    Struct,
    List,
    Map,
}
