using FederatedQuery.Gateway.Resolvers;
using FederatedQuery.Gateway.Typed.Model;
using FederatedQuery.Gateway.Typed.Rows;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.CodeFirst;

namespace FederatedQuery.Gateway.Typed.Types;

/// <summary>The fields of the query root that a model gives, two per table, with all types below them.</summary>
internal static class TypedFields
{
    public static IEnumerable<FieldDefinition> Of(TypedModel model, ClrTypes types)
    {
        var inputs = new InputTypes(types.Input(typeof(SortEnumType)), types.Input(typeof(DateTrunc)), new OperationInputs(types));
        var tables = new TypeTables(model);
        var rows = new RowTypes(types.Output(typeof(PageInfo)), tables, inputs.PageArguments);
        return [.. model.Tables.SelectMany(table => new[] { rows.RootConnection(table), AggregateTypes.Root(table, inputs, tables) })];
    }
}
