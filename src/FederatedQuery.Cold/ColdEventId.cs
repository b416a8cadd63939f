namespace FederatedQuery.Cold;

/// <summary>The event ids of this project's log messages: 3500 to 3999.</summary>
internal static class ColdEventId
{
    // The cache of data files: 3500 to 3549.
    public const int CacheOpened = 3500;
    public const int CacheEvicted = 3501;
    public const int CacheCorrupt = 3502;
    public const int CacheCheckFailed = 3503;
    public const int CacheDeleteFailed = 3504;
    public const int CacheFetchFailed = 3505;
    public const int FetchRetried = 3506;
    public const int WrongLength = 3507;

    // The catalog: 3550 to 3559.
    public const int RestCatalogUnavailable = 3550;
    public const int OtherWarehouse = 3551;
}
