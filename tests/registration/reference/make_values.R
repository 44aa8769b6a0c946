# Makes values.csv and inputs.csv: what other people's packages give for their own data.
#
#   Rscript make_values.R FOLDER
#
# FOLDER holds bare copies or clones of four public repositories, named as below. Their code is run from there
# to make numbers, and nothing of it is kept: DDM is under GPL-2, DemoTools and tukeyedar are free
# software, fertestr under MIT. Needs R 4.2 with dplyr, lubridate and magrittr (Debian: r-base-core,
# r-cran-dplyr, r-cran-lubridate, r-cran-magrittr). Takes a few seconds.
#
# Times between censuses are given as days / 365.25, so that a rule for reading dates makes no difference.

suppressPackageStartupMessages({library(dplyr); library(magrittr); library(lubridate)})
folder <- commandArgs(trailingOnly = TRUE)[1]
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(FALSE), value = TRUE)))
git <- function(repo, ...) system2("git", c("-C", file.path(folder, repo), ...), stdout = TRUE)
commit <- function(repo) substr(git(repo, "rev-parse", "HEAD"), 1, 12)
take <- function(repo, path, edit = identity) {
  text <- edit(git(repo, "show", paste0("HEAD:", path)))
  eval(parse(text = gsub("[^\t -~]", "", text)), envir = globalenv())  # some files hold a form feed
}
take_data <- function(repo, path) {
  file <- tempfile()
  system2("git", c("-C", file.path(folder, repo), "show", paste0("HEAD:", path)), stdout = file)
  load(file, envir = globalenv())
}
version_of <- function(repo, path) gsub("Version: *|\r", "", grep("^Version:", git(repo, "show", paste0("HEAD:", path)), value = TRUE))

DDM <- "AdultCoverage"; TOOLS <- "DemoTools"; FERT <- "fertestr"; TUKEY <- "tukeyedar"; DATA <- "DemoToolsData"
for (file in c("check_heaping", "utils", "utilsAge", "lt_id", "nAx", "lt_rule")) take(TOOLS, sprintf("R/%s.R", file))
for (file in c("ggb", "bh", "utils", "cdmltw", "plot_functions")) take(DDM, sprintf("AdultCoverage/R/DDM/R/%s.R", file))
# Tukey's line is carried on until it stands still: as it is written it stops at a thousandth of the slope.
closer <- function(text) sub("maxiter = 20", "maxiter = 500", sub("0.001 * b", "1e-13 * b", text, fixed = TRUE))
take(TUKEY, "R/eda_rline.R", closer)
xlab <- ylab <- ""  # DDM calls it without a table, where it has no labels
take(TUKEY, "R/eda_re.R")
for (file in c("brass_pf", "reverse_survival_aux", "reverse_survival_clean", "wpp_fetch")) take(FERT, sprintf("R/%s.R", file))
for (name in c("ZA", "BrasilFemales", "Moz")) take_data(DDM, sprintf("AdultCoverage/R/DDM/data/%s.rda", name))
take_data(TOOLS, "data/pop1m_pasex.rda")
for (name in c("mult.pf_brass", "mult.age_shift", "mult.cltrs_shift", "mult.cltrs_noshift")) take_data(DATA, sprintf("data/%s.rda", name))
# fertestr names the package of its tables; here they are in the workspace.
DemoToolsData <- "here"
plain <- function(text) gsub("DemoToolsData::", "", text, fixed = TRUE)
take(FERT, "R/brass_pf.R", plain)

origins <- data.frame(
  package = c("DDM", "DemoTools", "fertestr", "tukeyedar"),
  version = c(version_of(DDM, "AdultCoverage/R/DDM/DESCRIPTION"), version_of(TOOLS, "DESCRIPTION"), version_of(FERT, "DESCRIPTION"), version_of(TUKEY, "DESCRIPTION")),
  commit = c(commit(DDM), commit(TOOLS), commit(FERT), commit(TUKEY)))
values <- NULL
note <- function(package, method, case, ...) {
  named <- unlist(list(...))
  values <<- rbind(values, data.frame(package, method, case, name = names(named), value = sprintf("%.12g", named)))
}

# --- completeness of deaths: South Africa's men, and women of three states of Brazil -------------------
days <- function(a, b) as.numeric(as.Date(b) - as.Date(a)) / 365.25
za <- ZA %>% mutate(date1 = 0, date2 = days("2001-10-10", "2007-02-15"))
states <- c(11, 29, 43)
brazil <- BrasilFemales %>% filter(id %in% states) %>% mutate(date1 = 0, date2 = days("1991-09-01", "2000-08-01"))
cases <- c(list(`South Africa` = za), setNames(lapply(states, function(s) filter(brazil, id == s)), paste("Brazil", states)))
total <- function(case) case == "South Africa"
keep <- c("Mxcoverage", "lower", "upper", "a", "b", "k3", "r2")
for (case in names(cases)) {
  X <- cases[[case]]
  for (line in c("oldschool", "ols", "orthogonal", "tukey")) {
    r <- ggb(X, exact.ages = seq(15, 60, 5), lm.method = line, deaths.summed = total(case))
    note("DDM", "ggb", case, setNames(as.list(r[c("Mxcoverage", "a", "b")]), paste(line, c("coverage", "intercept", "slope"))))
  }
  r <- ggb(X, deaths.summed = total(case), opt.method = "r2", lm.method = "oldschool")
  note("DDM", "ggb", case, list(`r2 first` = r$lower, `r2 last` = r$upper, `r2 coverage` = r$Mxcoverage))
  r <- ggb(X, deaths.summed = total(case), opt.method = "RMSE", lm.method = "oldschool")
  note("DDM", "ggb", case, list(`rmse first` = r$lower, `rmse last` = r$upper, `rmse coverage` = r$Mxcoverage))
  r <- seg(X, exact.ages = seq(15, 60, 5), eOpen = 5, deaths.summed = total(case))
  note("DDM", "seg", case, list(mean = r$Mxcoverage, median = r$median, lower = r$l25, upper = r$u25, weighted = r$weighted))
  r <- seg(X, eOpen = 5, deaths.summed = total(case))
  note("DDM", "seg", case, list(`rmse first` = r$lower, `rmse last` = r$upper, `rmse mean` = r$Mxcoverage))
  r <- seg(X, exact.ages = seq(15, 60, 5), eOpen = 5, deaths.summed = total(case), delta = TRUE, exact.ages.ggb = seq(15, 60, 5))
  note("DDM", "seg", case, list(`delta mean` = r$Mxcoverage, `delta median` = r$median))
  r <- ggbseg(X, exact.ages.ggb = seq(15, 60, 5), exact.ages.seg = seq(15, 60, 5), eOpen = 5, deaths.summed = total(case))
  note("DDM", "ggbseg", case, list(mean = r$Mxcoverage, median = r$median, lower = r$l25, upper = r$u25))
}
inputs <- bind_rows(lapply(names(cases), function(case) {
  X <- cases[[case]]
  data.frame(case, age = X$age, population_1 = X$pop1, population_2 = X$pop2, deaths = X$deaths, migrants = if ("mig" %in% names(X)) X$mig else NA)
}))

# --- heaping: the Census Bureau's table of males ------------------------------------------------------
Age <- 0:99
for (digit in 0:9) note("DemoTools", "check_heaping_noumbissi", "PASEX males", setNames(list(check_heaping_noumbissi(pop1m_pasex, Age, digit = digit)), paste("digit", digit)))
note("DemoTools", "check_heaping_spoorenberg", "PASEX males", list(index = check_heaping_spoorenberg(pop1m_pasex, Age)))
for (digit in c(0, 5)) note("DemoTools", "check_heaping_coale_li", "PASEX males", setNames(list(check_heaping_coale_li(pop1m_pasex, Age, 65, 95, 5, digit)), paste("digit", digit)))
for (age in c(85, 90, 95)) note("DemoTools", "check_heaping_kannisto", "PASEX males", setNames(list(check_heaping_kannisto(pop1m_pasex, Age, age)), paste("age", age)))
note("DemoTools", "check_heaping_jdanov", "PASEX males", list(`ages 85 90 95` = check_heaping_jdanov(pop1m_pasex, Age, c(85, 90, 95))))

# --- life table: death rates of women of Brazil, state 29, as reported ---------------------------------
X <- cases[["Brazil 29"]]
nMx <- X$deaths / sqrt(as.double(X$pop1) * X$pop2)
for (sex in c("f", "m")) {
  width <- age2int(X$age)
  a <- width / 2
  a[1] <- lt_rule_1a0_cd(M0 = nMx[1], Sex = sex)
  a[2] <- lt_rule_4a1_cd(M0 = nMx[1], a0rule = "cd", Sex = sex)
  a[length(a)] <- 1 / nMx[length(a)]
  q <- lt_id_ma_q(nMx = nMx, nax = a, AgeInt = width, closeout = TRUE)
  l <- lt_id_q_l(q, radix = 1)
  L <- lt_id_lda_L(lx = l, ndx = lt_id_l_d(l), nax = a, AgeInt = width)
  L[length(L)] <- l[length(l)] / nMx[length(l)]
  e <- lt_id_L_T(L) / l
  at <- match(c(15, 60), X$age)
  note("DemoTools", "lt_id", paste("Brazil 29 rates as", sex), list(a0 = a[1], a1 = a[2], q0 = q[1], q1 = q[2], q60 = q[at[2]], l60 = l[at[2]], e0 = e[1], e60 = e[at[2]], `45q15` = 1 - l[at[2]] / l[at[1]]))
}

# --- births -------------------------------------------------------------------------------------------
malawi <- list(P = c(0.283, 1.532, 2.849, 4.185, 5.214, 6.034, 6.453), f = c(0.111, 0.245, 0.230, 0.195, 0.147, 0.072, 0.032))
bangladesh <- list(P = c(0.385, 1.847, 3.485, 4.917, 5.861, 6.194, 6.084), f = c(0.1063, 0.2296, 0.2154, 0.1825, 0.1339, 0.0644, 0.0336))
r <- fertBrassPF(P = malawi$P, asfr = malawi$f)
note("fertestr", "fertBrassPF", "Malawi 2008", setNames(as.list(r$pf_data$Fi), paste("F", r$pf_data$ages)), setNames(as.list(r$pf_data$PF), paste("PF", r$pf_data$ages)), list(tfr = r$tfr_adj))
for (shift in c(TRUE, FALSE)) {
  r <- fertBrassPF.cltrss(P = bangladesh$P, asfr = bangladesh$f, adjust_group = c(20, 25, 30), age_shift = shift)
  note("fertestr", "fertBrassPF.cltrss", if (shift) "Bangladesh 1974 shifted" else "Bangladesh 1974", setNames(as.list(r$pf_data$Fi), paste("F", r$pf_data$ages)), setNames(as.list(r$pf_data$PF), paste("PF", r$pf_data$ages)), list(tfr = r$tfr_adj))
}
r <- FertRevSurvx5c(popx5_c = c(1376790, 1472470, 1673110),
  popx5_w = c(815930, 780320, 697160, 626430, 361650, 435880, 393760, 352520, 294280, 230200, 160590, NA),
  nLx_c = c(96270 + 375715, 465228, 462406), l0_c = 1e5,
  lx5_w = c(0.91381, 0.90989, 0.90492, 0.89798, 0.88893, 0.87596, 0.86029, 0.84188, 0.81791, 0.78472, 0.73735, 0.67316),
  asfr = c(0, 0.0418, 0.1535, 0.1482, 0.1118, 0.0708, 0.0301, 0.0032),
  asfr_15prior = c(0, 0.0533, 0.1974, 0.2144, 0.1836, 0.1332, 0.0676, 0.0134),
  q15_45f = c(0.1946, 0.2290, 0.2674), date_ref = "2008-03-03")
for (i in 1:3) note("fertestr", "FertRevSurvx5c", "Cambodia 2008", setNames(list(r$births[i], r$TFR[i]), paste(c("births", "TFR"), c("0-4", "5-9", "10-14")[i])))

head <- sprintf("# %s %s, commit %s", origins$package, origins$version, origins$commit)
made <- sprintf("# made on %s by make_values.R with %s", Sys.Date(), R.version.string)
write_csv <- function(rows, file) {
  writeLines(c(made, head), file)
  suppressWarnings(write.table(rows, file, append = TRUE, sep = ",", row.names = FALSE, quote = FALSE, na = ""))
}
write_csv(values, file.path(here, "values.csv"))
write_csv(inputs, file.path(here, "inputs.csv"))
cat(nrow(values), "values\n")
