using FederatedQuery.GraphQL.Language;

namespace FederatedQuery.GraphQL.Validation;

/// <summary>
/// Bounds on what one request may ask for, checked before anything is executed. Counts are of the operation with its fragments put in
/// place: a fragment spread in ten selection sets counts ten times, in one selection set once, as when it is executed. Bounds on the
/// document's text are in <see cref="ParserOptions"/>. <see cref="int.MaxValue"/> takes a bound away.
/// </summary>
public sealed class OperationLimits
{
    /// <summary>Deepest nesting of fields. Default 50. Fields below <c>__schema</c> and <c>__type</c> do not count. Code <see cref="ErrorCodes.TooDeep"/>.</summary>
    public int MaxDepth { get; set; } = 50;

    /// <summary>Most fields in an operation, all levels together. Default 5,000. Code <see cref="ErrorCodes.TooManyFields"/>.</summary>
    public int MaxFields { get; set; } = 5_000;

    /// <summary>Most fields in one selection set. Default 1,000. Code <see cref="ErrorCodes.SelectionTooBroad"/>.</summary>
    public int MaxBreadth { get; set; } = 1_000;

    /// <summary>Most fields with an alias. Default 500. Code <see cref="ErrorCodes.TooManyAliases"/>.</summary>
    public int MaxAliases { get; set; } = 500;

    /// <summary>Most directives in an operation. Default 500. Code <see cref="ErrorCodes.TooManyDirectives"/>.</summary>
    public int MaxDirectives { get; set; } = 500;

    /// <summary>Most directives at one place, such as one field. Default 20. Code <see cref="ErrorCodes.TooManyDirectives"/>.</summary>
    public int MaxDirectivesPerLocation { get; set; } = 20;

    /// <summary>Most operations in a document. Default 50. Code <see cref="ErrorCodes.TooManyOperations"/>.</summary>
    public int MaxOperations { get; set; } = 50;

    /// <summary>Most fragment definitions in a document. Default 500. Code <see cref="ErrorCodes.TooManyFragments"/>.</summary>
    public int MaxFragments { get; set; } = 500;

    /// <summary>Most variables that an operation declares. Default 200. Code <see cref="ErrorCodes.TooManyVariables"/>.</summary>
    public int MaxVariables { get; set; } = 200;

    /// <summary>
    /// Most lists of the schema within each other below <c>__schema</c> and <c>__type</c>: <c>fields</c>, <c>inputFields</c>,
    /// <c>interfaces</c>, <c>possibleTypes</c>. Default 2, as graphql-js has it; each further level multiplies the response by the size of
    /// the schema. Code <see cref="ErrorCodes.IntrospectionTooDeep"/>.
    /// </summary>
    public int MaxIntrospectionDepth { get; set; } = 2;

    /// <summary>Longest list in an argument or variable. Default 100,000 items. Code <see cref="ErrorCodes.ListTooLong"/>.</summary>
    public int MaxListItems { get; set; } = 100_000;

    /// <summary>Longest JSON of all variables together, in bytes of UTF-8. Default 4 MiB. Code <see cref="ErrorCodes.VariablesTooLarge"/>.</summary>
    public int MaxVariablesBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Deepest nesting in the JSON of the variables, the object of all variables being 1. Default 64. Code <see cref="ErrorCodes.VariablesTooDeep"/>.</summary>
    public int MaxVariablesDepth { get; set; } = 64;
}
