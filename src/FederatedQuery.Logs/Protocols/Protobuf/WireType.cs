namespace FederatedQuery.Logs.Protocols.Protobuf;

/// <summary>How a field's value is written. Groups (3 and 4) are of the past.</summary>
internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}
