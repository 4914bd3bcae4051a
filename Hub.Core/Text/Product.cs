namespace Hub.Core.Text;

/// <summary>What the hub calls itself. The version comes from Directory.Build.props (build/product-version.targets). Thread: any.</summary>
public static partial class Product
{
    /// <summary>Name of the program, as printers and servers see it.</summary>
    public const string Name = "print-farm-hub";

    /// <summary>The User-Agent header of every HTTP request (RFC 9110 section 10.1.5).</summary>
    public const string UserAgent = Name + "/" + Version;
}
