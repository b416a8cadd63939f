using Microsoft.Win32.SafeHandles;

namespace FederatedQuery.Cold.Files.Caching;

/// <summary>A part that somebody wants to read, and how to get it if it is not there.</summary>
/// <param name="Part">What must be in the file.</param>
/// <param name="SizeBytes">What its file will have.</param>
/// <param name="FetchAsync">Writes it to a file that is open and empty, and gives the ETag of the object.</param>
internal sealed record CacheRequest(FilePart Part, long SizeBytes, Func<SafeFileHandle, CancellationToken, Task<string>> FetchAsync);
