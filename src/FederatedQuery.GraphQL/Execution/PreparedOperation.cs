using FederatedQuery.GraphQL.Execution.Costs;
using FederatedQuery.GraphQL.Execution.Planning;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Execution;

/// <summary>An operation with its variables coerced and its plan chosen.</summary>
internal sealed record PreparedOperation(
    Schema Schema, DocumentNode Document, OperationDefinitionNode Node, VariableValues Variables, SelectionPlan Root,
    OperationCost? ReportedCost = null);
