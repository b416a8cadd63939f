namespace FederatedQuery.Gateway.Typed.Model;

/// <summary>The types of one table, all named after the type of its rows.</summary>
internal static class TypeFamily
{
    public static string Connection(string type) => type + "Connection";

    public static string Edge(string type) => type + "Edge";

    public static string Filter(string type) => type + "FilterInput";

    /// <summary>Of a condition on many rows, or elements.</summary>
    public static string ListFilter(string type) => "ListFilterInputTypeOf" + Filter(type);

    public static string Sort(string type) => type + "SortInput";

    public static string GroupBy(string type) => type + "GroupByInput";

    public static string Aggregate(string type) => type + "Aggregate";

    public static string AggregateKey(string type) => type + "AggregateKey";

    public static string Sums(string type) => type + "Sums";

    public static string Averages(string type) => type + "Averages";

    public static string Minima(string type) => type + "Minima";

    public static string Maxima(string type) => type + "Maxima";

    public static string AggregateSort(string type) => type + "AggregateSortInput";

    public static string Insert(string type) => type + "InsertInput";

    public static string Update(string type) => type + "UpdateInput";

    public static string MutationResult(string type) => type + "MutationResult";

    /// <summary>Of the objects that structs are given as.</summary>
    public static string StructInput(string type) => type + "Input";

    /// <summary>All names that a table takes when its rows are of that type; those of types that changes of rows need as well.</summary>
    public static IEnumerable<string> Of(string type) =>
    [
        type, Connection(type), Edge(type), Filter(type), ListFilter(type), Sort(type), GroupBy(type), Aggregate(type), AggregateKey(type), Sums(type), Averages(type),
        Minima(type), Maxima(type), AggregateSort(type), Insert(type), Update(type), MutationResult(type),
    ];

    /// <summary>All names that a struct takes.</summary>
    public static IEnumerable<string> OfStruct(string type) => [type, StructInput(type), Filter(type), ListFilter(type)];
}
