using System.Collections.Frozen;
using System.Collections.Immutable;

namespace FederatedQuery.GraphQL.Types.Scalars;

/// <summary>All scalars of this library, and the CLR types that code first maps to them.</summary>
public static class BuiltInScalars
{
    /// <summary>The five of the specification.</summary>
    public static ImmutableArray<ScalarType> Specified { get; } =
        [IntScalar.Instance, FloatScalar.Instance, StringScalar.Instance, BooleanScalar.Instance, IdScalar.Instance];

    public static ImmutableArray<ScalarType> All { get; } =
    [
        .. Specified,
        LongScalar.Instance,
        DecimalScalar.Instance,
        DateTimeScalar.Instance,
        DateScalar.Instance,
        LocalTimeScalar.Instance,
        LocalDateTimeScalar.Instance,
        DurationScalar.Instance,
        UuidScalar.Instance,
        JsonScalar.Instance,
        Base64StringScalar.Instance,
    ];

    internal static FrozenDictionary<Type, ScalarType> ByClrType { get; } = new Dictionary<Type, ScalarType>
    {
        [typeof(string)] = StringScalar.Instance,
        [typeof(char)] = StringScalar.Instance,
        [typeof(Uri)] = StringScalar.Instance,
        [typeof(bool)] = BooleanScalar.Instance,
        [typeof(byte)] = IntScalar.Instance,
        [typeof(short)] = IntScalar.Instance,
        [typeof(int)] = IntScalar.Instance,
        [typeof(long)] = LongScalar.Instance,
        [typeof(uint)] = LongScalar.Instance,
        [typeof(float)] = FloatScalar.Instance,
        [typeof(double)] = FloatScalar.Instance,
        [typeof(decimal)] = DecimalScalar.Instance,
        [typeof(DateTimeOffset)] = DateTimeScalar.Instance,
        [typeof(DateTime)] = DateTimeScalar.Instance,
        [typeof(DateOnly)] = DateScalar.Instance,
        [typeof(TimeOnly)] = LocalTimeScalar.Instance,
        [typeof(TimeSpan)] = DurationScalar.Instance,
        [typeof(Guid)] = UuidScalar.Instance,
        [typeof(byte[])] = Base64StringScalar.Instance,
        [typeof(System.Text.Json.JsonElement)] = JsonScalar.Instance,
        [typeof(System.Text.Json.Nodes.JsonNode)] = JsonScalar.Instance,
        [typeof(Serialization.IJsonResult)] = JsonScalar.Instance,
        [typeof(Serialization.IJsonStream)] = JsonScalar.Instance,
        [typeof(Serialization.RawJson)] = JsonScalar.Instance,
    }.ToFrozenDictionary();
}
