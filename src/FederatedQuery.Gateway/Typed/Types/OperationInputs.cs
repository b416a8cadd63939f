using FederatedQuery.Gateway.Resolvers.Filters;
using FederatedQuery.Gateway.Typed.Model;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.CodeFirst;
using FederatedQuery.GraphQL.Types.Scalars;

namespace FederatedQuery.Gateway.Typed.Types;

/// <summary>The operations that a column may be filtered by: one input type per scalar, which all tables share.</summary>
internal sealed class OperationInputs(ClrTypes types)
{
    private readonly Dictionary<string, InputObjectType> _types = new(StringComparer.Ordinal);

    /// <summary>Of all types that there may be.</summary>
    public static IEnumerable<string> Names => Enum.GetValues<ScalarKind>().SelectMany(kind => new[] { NameOf(kind), ListNameOf(NameOf(kind)) });

    /// <summary>The names of the scalars of columns.</summary>
    public static IEnumerable<string> Scalars => Enum.GetValues<ScalarKind>().Select(kind => Scalar(kind).Name).Distinct();

    public static ScalarType Scalar(ScalarKind kind) => kind switch
    {
        ScalarKind.Boolean => BooleanScalar.Instance,
        ScalarKind.Int => IntScalar.Instance,
        ScalarKind.Long => LongScalar.Instance,
        ScalarKind.Float => FloatScalar.Instance,
        ScalarKind.Decimal => ColumnDecimalScalar.Instance,
        ScalarKind.Date => DateScalar.Instance,
        ScalarKind.LocalTime => LocalTimeScalar.Instance,
        ScalarKind.LocalDateTime => LocalDateTimeScalar.Instance,
        ScalarKind.DateTime => DateTimeScalar.Instance,
        ScalarKind.String => StringScalar.Instance,
        ScalarKind.Uuid => UuidScalar.Instance,
        ScalarKind.Base64String => Base64StringScalar.Instance,
        _ => JsonScalar.Instance,
    };

    /// <summary>Null: columns of the type are not filtered by.</summary>
    public InputObjectType? Of(ColumnType type) => type switch
    {
        ScalarColumn { Kind: ScalarKind.Map } => null,

        // Those that log records are filtered by as well.
        ScalarColumn { Kind: ScalarKind.Json } => (InputObjectType)types.Input(typeof(JsonPathFilterInput)),
        ScalarColumn { Kind: ScalarKind.String } => (InputObjectType)types.Input(typeof(StringOperationFilterInput)),
        ScalarColumn { Kind: ScalarKind.DateTime } => (InputObjectType)types.Input(typeof(DateTimeOperationFilterInput)),
        ScalarColumn { Kind: var kind } => GetOrAdd(NameOf(kind), () => Operations(kind)),
        ListColumn list => Of(list.Element) is { } element ? OfList(list.Element is ObjectColumn fields ? TypeFamily.ListFilter(fields.TypeName) : ListNameOf(element.Name), element) : null,
        ObjectColumn fields => OfObject(fields),
        _ => throw new System.Diagnostics.UnreachableException(type.ToString()),
    };

    /// <summary>Operations on many things, of which some, none or all are to meet a condition.</summary>
    public InputObjectType OfList(string name, InputObjectType condition) => GetOrAdd(
        name,
        () =>
        [
            new InputValueDefinition("all", condition),
            new InputValueDefinition("none", condition),
            new InputValueDefinition("some", condition),
            new InputValueDefinition("any", BooleanScalar.Instance),
        ]);

    private InputObjectType? OfObject(ObjectColumn type)
    {
        var fields = type.Fields.Select(field => (field.Name, Type: Of(field.Type))).Where(field => field.Type is not null).ToList();
        return fields.Count == 0
            ? null
            : GetOrAdd(TypeFamily.Filter(type.TypeName), () =>
            {
                var own = TypeSyntax.ListOf(_types[TypeFamily.Filter(type.TypeName)]);
                return
                [
                    new InputValueDefinition("and", own),
                    new InputValueDefinition("or", own),
                    .. InputTypes.Unlike(["and", "or"], fields.Select(field => new InputValueDefinition(field.Name, field.Type!))),
                ];
            });
    }

    private static string ListNameOf(string element) => "List" + element;

    private static string NameOf(ScalarKind kind) => $"{(kind == ScalarKind.Uuid ? "Uuid" : Scalar(kind).Name)}OperationFilterInput";

    private IEnumerable<InputValueDefinition> Operations(ScalarKind kind)
    {
        var value = Scalar(kind);
        yield return new InputValueDefinition("eq", value);
        yield return new InputValueDefinition("neq", value);
        if (kind is ScalarKind.Boolean or ScalarKind.Base64String)
        {
            yield break;
        }

        yield return new InputValueDefinition("in", new ListType(value));
        yield return new InputValueDefinition("nin", new ListType(value));
        string[] comparisons = kind == ScalarKind.Uuid ? [] : ["gt", "gte", "lt", "lte"];
        foreach (var name in comparisons)
        {
            yield return new InputValueDefinition(name, value);
        }
    }

    private InputObjectType GetOrAdd(string name, Func<IEnumerable<InputValueDefinition>> fields)
    {
        if (!_types.TryGetValue(name, out var type))
        {
            _types.Add(name, type = new InputObjectType(name, fields));
        }

        return type;
    }
}
