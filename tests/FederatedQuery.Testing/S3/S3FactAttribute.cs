using Xunit;

namespace FederatedQuery.Testing.S3;

/// <summary>A fact that needs <see cref="S3Server"/>; skipped, with the reason, where its programs are not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class S3FactAttribute : FactAttribute
{
    public S3FactAttribute() => Skip = S3Server.Missing;
}

/// <summary>A theory that needs <see cref="S3Server"/>; skipped, with the reason, where its programs are not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class S3TheoryAttribute : TheoryAttribute
{
    public S3TheoryAttribute() => Skip = S3Server.Missing;
}
