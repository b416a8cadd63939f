namespace FederatedQuery.Cold.Files;

/// <summary>What reading files would ask of object stores.</summary>
/// <param name="Bytes">Of objects, footers included.</param>
/// <param name="Requests">For ranges of objects; those that are tried again are not foreseen.</param>
public readonly record struct FetchEstimate(long Bytes, int Requests)
{
    public static FetchEstimate None => default;
}
