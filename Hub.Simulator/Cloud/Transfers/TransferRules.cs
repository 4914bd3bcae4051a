using System;
using System.Linq;
using Hub.Simulator.Cloud.Errors;

namespace Hub.Simulator.Cloud.Transfers;

/// <summary>What an order must keep to before a hub is asked. The hub knows more: endings, the printer's state, its bed. Pure.</summary>
internal static class TransferRules
{
    private const int MaxNameLength = 200;
    private const int HashLength = 64;
    private const long MaxSize = 1L << 40;

    /// <summary>Checks an order.</summary>
    /// <exception cref="CloudException">400 with what is wrong.</exception>
    public static void Check(TransferOrder order)
    {
        CheckName(order.FileName);
        if (order.Size < 1)
        {
            throw CloudErrors.BadRequest("The file is empty: there is nothing to send.");
        }

        if (order.Size > MaxSize)
        {
            throw CloudErrors.BadRequest("The file is larger than 1 TiB: no printer stores it.");
        }

        if (order.Sha256 != null && (order.Sha256.Length != HashLength || !order.Sha256.All(Uri.IsHexDigit)))
        {
            throw CloudErrors.BadRequest("sha256 is the SHA-256 of the file in hex: 64 digits.");
        }

        if (order.Plate < 1)
        {
            throw CloudErrors.BadRequest("plate counts from 1.");
        }
    }

    private static void CheckName(string name)
    {
        if (name.Length == 0)
        {
            throw CloudErrors.BadRequest("The file needs a name: add ?name= with its name at the printer.");
        }

        if (name.Length > MaxNameLength)
        {
            throw CloudErrors.BadRequest("The file's name is longer than " + MaxNameLength + " characters.");
        }

        if (name is "." or ".." || name.Any(c => c is '/' or '\\' || char.IsControl(c)))
        {
            throw CloudErrors.BadRequest("The file's name may have no path and no control characters.");
        }
    }
}
