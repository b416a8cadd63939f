using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Language.Syntax;
using FederatedQuery.GraphQL.Types;

namespace FederatedQuery.GraphQL.Validation;

/// <summary>Checks executable documents against a schema (spec section 5). Thread-safe.</summary>
public sealed class DocumentValidator(Schema schema, ValidationOptions? options = null)
{
    private readonly ValidationOptions _options = options ?? new ValidationOptions();

    /// <summary>All breaches, in document order per rule; empty for a valid document.</summary>
    public IReadOnlyList<GraphQLError> Validate(DocumentNode document)
    {
        var context = new ValidationContext(schema, document, _options.MaxErrors);
        try
        {
            new DocumentWalker(context, SpecifiedRules.Create(context, _options)).Walk(document);
        }
        catch (ValidationContext.TooManyErrorsException)
        {
            context.Errors.Add(new GraphQLError("Too many validation errors, error limit reached. Validation aborted.") { Code = ErrorCodes.Validation });
        }

        return context.Errors;
    }
}
