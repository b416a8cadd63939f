using FederatedQuery.Gateway.Resolvers;
using FederatedQuery.Gateway.Typed.Model;
using FederatedQuery.Gateway.Typed.Rows;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.CodeFirst;

namespace FederatedQuery.Gateway.Typed.Types;

/// <summary>The fields of root types that a model gives, with all types below them. One for each build of a schema.</summary>
internal sealed class TypedFields(TypedModel model)
{
    private (RowTypes Rows, InputTypes Inputs, TypeTables Tables)? _made;

    /// <summary>Two per table.</summary>
    public IEnumerable<FieldDefinition> Queries(ClrTypes types)
    {
        var (rows, inputs, tables) = Make(types);
        return [.. model.Tables.SelectMany(table => new[] { rows.RootConnection(table), AggregateTypes.Root(table, inputs, tables) })];
    }

    /// <summary>Up to three per table: those that are allowed.</summary>
    public IEnumerable<FieldDefinition> Mutations(ClrTypes types)
    {
        var (rows, inputs, tables) = Make(types);
        var mutations = new MutationTypes(rows, inputs, tables);
        return [.. model.Tables.SelectMany(mutations.Of)];
    }

    /// <summary>Both roots lead to the same types.</summary>
    private (RowTypes Rows, InputTypes Inputs, TypeTables Tables) Make(ClrTypes types)
    {
        if (_made is { } made)
        {
            return made;
        }

        var inputs = new InputTypes(types.Input(typeof(SortEnumType)), types.Input(typeof(DateTrunc)), new OperationInputs(types));
        var tables = new TypeTables(model);
        var rows = new RowTypes(types.Output(typeof(PageInfo)), tables, inputs.PageArguments);
        _made = (rows, inputs, tables);
        return _made.Value;
    }
}
