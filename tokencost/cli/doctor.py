"""`tokencost doctor`."""

import os
from typing import Annotated

from tokencost.cli import options
from tokencost.cli.output import OutputOptions
from tokencost.cli.signature import Only


def doctor(
    *,
    pricing: Annotated[options.PricingOptions, Only({"prices"})],
    output: OutputOptions,
) -> None:
    """Show where every setting is from, the table's age, vocabularies and versions.

    A setting is what holds where no option says otherwise: that of the environment, the project's
    or the user's configuration. The age of the price table is that on the day of the run.

        tokencost doctor
        tokencost doctor --json
        tokencost doctor --no-config
    """
    import tokencost

    report = tokencost.diagnose(
        pricing.configuration.configuration,
        prices=pricing.price_table(is_priced=False),
        environment=os.environ,
    )
    output.write(report)
