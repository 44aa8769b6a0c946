"""Methods of civil registration and vital statistics.

Each module is named by its method and says where the method is printed, and what its result is not.
"""

from bordercourse.registration.adair_lopez import EmpiricalCompleteness, adair_lopez
from bordercourse.registration.adult_mortality import AdultMortality, adult_mortality
from bordercourse.registration.age_heaping import AgeHeaping, bachi, myers, whipple
from bordercourse.registration.age_ranges import AgeSensitivity
from bordercourse.registration.age_sex_accuracy import AgeSexAccuracy, age_sex_accuracy
from bordercourse.registration.brass_balance import BrassBalance, brass_growth_balance
from bordercourse.registration.brigade_rates import brigade_rates
from bordercourse.registration.completeness import DirectShare, coverage, direct_completeness
from bordercourse.registration.digit_ratios import DigitRatios, noumbissi, spoorenberg
from bordercourse.registration.document_graph import DocumentGraph, document_graph
from bordercourse.registration.document_steps import Member
from bordercourse.registration.dual_system import DualSystem, dual_system, dual_system_table
from bordercourse.registration.extinct_generations import (
    ExtinctGenerations,
    adjusted_extinct_generations,
    extinct_generations,
)
from bordercourse.registration.finding import MethodsFound, find
from bordercourse.registration.growth_balance import GrowthBalance, growth_balance
from bordercourse.registration.life_table import LifeTable, abridged_life_table
from bordercourse.registration.not_stated import redistribute
from bordercourse.registration.old_age_heaping import coale_li, heaping_table, jdanov, kannisto
from bordercourse.registration.open_age import deaths_ratio_10_39_to_40_59, open_age_expectation
from bordercourse.registration.parity import ParityFertility, parity_fertility_ratio
from bordercourse.registration.paths import (
    DocumentPath,
    PathComparison,
    blocked_by,
    compare_paths,
    household_path,
    shortest_path,
)
from bordercourse.registration.planning import BrigadePlan, constraint_prices, greedy_plan, plan_brigades
from bordercourse.registration.population_at import population_at
from bordercourse.registration.process import ProcessMap, process_map
from bordercourse.registration.regroup import regroup_ages
from bordercourse.registration.reverse_survival import ReverseSurvival, reverse_survival
from bordercourse.registration.sensitivity import age_sensitivity
from bordercourse.registration.sex_ratio import SexRatio, sex_ratio_at_birth
from bordercourse.registration.three_methods import ThreeMethods, three_methods
from bordercourse.registration.timeliness import Timeliness, timeliness
from bordercourse.registration.vital_statistics import VitalStatistics, vital_statistics
from bordercourse.registration.vital_workbook import write_workbook

__all__ = [
    "AdultMortality",
    "AgeHeaping",
    "AgeSensitivity",
    "AgeSexAccuracy",
    "BrassBalance",
    "BrigadePlan",
    "DigitRatios",
    "DirectShare",
    "DocumentGraph",
    "DocumentPath",
    "DualSystem",
    "EmpiricalCompleteness",
    "ExtinctGenerations",
    "GrowthBalance",
    "LifeTable",
    "Member",
    "MethodsFound",
    "ParityFertility",
    "PathComparison",
    "ProcessMap",
    "ReverseSurvival",
    "SexRatio",
    "ThreeMethods",
    "Timeliness",
    "VitalStatistics",
    "abridged_life_table",
    "adair_lopez",
    "adjusted_extinct_generations",
    "adult_mortality",
    "age_sensitivity",
    "age_sex_accuracy",
    "bachi",
    "blocked_by",
    "brass_growth_balance",
    "brigade_rates",
    "coale_li",
    "compare_paths",
    "constraint_prices",
    "coverage",
    "deaths_ratio_10_39_to_40_59",
    "direct_completeness",
    "document_graph",
    "dual_system",
    "dual_system_table",
    "extinct_generations",
    "find",
    "greedy_plan",
    "growth_balance",
    "heaping_table",
    "household_path",
    "jdanov",
    "kannisto",
    "myers",
    "noumbissi",
    "open_age_expectation",
    "parity_fertility_ratio",
    "plan_brigades",
    "population_at",
    "process_map",
    "redistribute",
    "regroup_ages",
    "reverse_survival",
    "sex_ratio_at_birth",
    "shortest_path",
    "spoorenberg",
    "three_methods",
    "timeliness",
    "vital_statistics",
    "whipple",
    "write_workbook",
]
